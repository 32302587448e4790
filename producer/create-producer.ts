import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Event, eventLine } from "./event-line.ts";
import { flushOnExit } from "./flush-on-exit.ts";
import { type Outcome, readAnswer } from "./read-answer.ts";

/** An event that the API refused for good. */
export interface Refusal {
  readonly event: Event;
  readonly message: string;
}

/** A request that failed and is sent again. */
export interface Trouble {
  /** Status and message of the API, or why there was no answer. */
  readonly reason: string;
  /** Events that wait for it. */
  readonly events: number;
  /** When they are sent again. */
  readonly retryInMs: number;
}

export interface ProducerOptions {
  /** Base URL of the API, such as `https://webhooks.example.com/api/v1`. */
  readonly url: string;
  /** API key with the grant `ingest/write`. */
  readonly key: string;
  /** Called for each event that the API refuses for good. @default such an event ends as an unhandled rejection */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Called when a request failed; its events are kept and sent again. @default nothing is told */
  readonly onTrouble?: (trouble: Trouble) => void;
  /** Most events of a request. @default 2000 */
  readonly maxEvents?: number;
  /** Most bytes of a request before compression. @default 1000000 */
  readonly maxBytes?: number;
  /** How long an event waits for others to go with it. @default 200 */
  readonly lingerMs?: number;
  /** Requests that are under way at once. @default 4 */
  readonly maxRequests?: number;
  /** Bytes of events that are held before `send` waits. @default 16000000 */
  readonly maxHeldBytes?: number;
  /** The pause after the first failure of a request; it doubles up to half a minute. @default 500 */
  readonly retryMs?: number;
  /** Whether events that are held are sent before the process ends, also at SIGINT and SIGTERM. @default true */
  readonly flushOnExit?: boolean;
}

/** Sends events in batches. */
export interface Producer {
  /**
   * Takes an event; resolves at once while there is room, else when there is. Rejects with an `EventError` for what is no
   * event, and after `close`. It does not wait for the API: `flush` does.
   */
  readonly send: (event: Event) => Promise<void>;
  /** Resolves when every event that was sent before has been accepted or refused. */
  readonly flush: () => Promise<void>;
  /** Flushes, and takes no more events. Gives up after the time; returns how many events are lost then. */
  readonly close: (options?: { readonly timeoutMs?: number }) => Promise<number>;
}

interface Held {
  readonly event: Event;
  readonly line: Buffer;
}

const compress = promisify(gzip);
const requestTimeoutMs = 35_000;
const maxRetryMs = 30_000;

/** Starts a producer for the ingest route of Tidepost's API. */
export const createProducer = (options: ProducerOptions): Producer => {
  const { maxEvents = 2_000, maxBytes = 1_000_000, lingerMs = 200, maxRequests = 4, retryMs = 500 } = options;
  const { maxHeldBytes = 16_000_000, onTrouble = () => undefined } = options;
  const onRefused = options.onRefused ?? refusedUnheard;
  const target = new URL(`${options.url.replace(/\/$/, "")}/ingest/events`);
  const stopping = new AbortController();
  let open: Held[] = [];
  let openBytes = 0;
  let heldBytes = 0;
  let heldEvents = 0;
  let isClosed = false;
  let linger: NodeJS.Timeout | undefined;
  /** Batches that wait for a request of their own. */
  const waiting: (() => Promise<void>)[] = [];
  /** One for each batch that has been closed and not been delivered. */
  const unfinished = new Set<Promise<void>>();
  let requests = 0;
  let roomAwaited: (() => void)[] = [];

  const post = async (batch: readonly Held[]): Promise<Outcome> => {
    const body = await compress(Buffer.concat(batch.map(({ line }) => line)), { level: 1 });
    const headers = { authorization: options.key, "content-type": "application/x-ndjson", "content-encoding": "gzip" };
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(requestTimeoutMs)]);
      const answer = await fetch(target, { method: "POST", headers, body, redirect: "manual", signal });
      const retryAfter = answer.headers.get("retry-after");
      return readAnswer({ status: answer.status, retryAfter, text: await answer.text() });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return {
        kind: "failed",
        reason: cause instanceof Error ? cause.message : String(cause),
        retryAfterMs: undefined,
      };
    }
  };

  const release = (batch: readonly Held[]): void => {
    heldEvents -= batch.length;
    heldBytes -= batch.reduce((sum, { line }) => sum + line.length, 0);
    if (heldBytes >= maxHeldBytes) return;
    const awaited = roomAwaited;
    roomAwaited = [];
    for (const proceed of awaited) proceed();
  };

  const pause = async (tries: number, wanted: number | undefined, reason: string, events: number): Promise<void> => {
    const backoff = Math.min(retryMs * 2 ** tries, maxRetryMs);
    // Jitter, so that many producers that failed together do not come back together.
    const retryInMs = Math.max(wanted ?? 0, Math.round(backoff * (0.5 + Math.random() / 2)));
    onTrouble({ reason, events, retryInMs });
    await delay(retryInMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  };

  /** Sends a batch until each of its events is accepted or refused. */
  const deliver = async (whole: readonly Held[]): Promise<void> => {
    let batch = whole;
    for (let tries = 0; batch.length > 0 && !stopping.signal.aborted; tries += 1) {
      const outcome = await post(batch);
      if (outcome.kind === "failed") {
        await pause(tries, outcome.retryAfterMs, outcome.reason, batch.length);
        continue;
      }
      if (outcome.kind === "too_large") {
        if (batch.length > 1) {
          const middle = Math.ceil(batch.length / 2);
          await deliver(batch.slice(0, middle));
          return await deliver(batch.slice(middle));
        }
        refuse(batch, new Map([[0, "too large"]]));
        return release(batch);
      }
      const again = new Set(outcome.again);
      refuse(batch, outcome.refused);
      release(batch.filter((_, line) => !again.has(line)));
      batch = batch.filter((_, line) => again.has(line));
      if (batch.length > 0) await pause(tries, outcome.retryAfterMs, "503 the stream took a part", batch.length);
    }
  };

  const refuse = (batch: readonly Held[], refused: ReadonlyMap<number, string>): void => {
    for (const [line, message] of refused) {
      const held = batch[line];
      if (held !== undefined) onRefused({ event: held.event, message });
    }
  };

  const startNext = (): void => {
    while (requests < maxRequests) {
      const start = waiting.shift();
      if (start === undefined) return;
      requests += 1;
      void start().finally(() => {
        requests -= 1;
        startNext();
      });
    }
  };

  const enqueue = (batch: readonly Held[]): void => {
    const finished = new Promise<void>((resolve) => {
      waiting.push(async () => {
        await deliver(batch);
        resolve();
      });
    });
    unfinished.add(finished);
    void finished.then(() => unfinished.delete(finished));
    startNext();
  };

  const closeBatch = (): void => {
    clearTimeout(linger);
    linger = undefined;
    const batch = open;
    open = [];
    openBytes = 0;
    if (batch.length > 0) enqueue(batch);
  };

  const flush = async (): Promise<void> => {
    closeBatch();
    await Promise.all(unfinished);
  };

  const close = async ({ timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}): Promise<number> => {
    isClosed = true;
    exits?.release();
    const timer = setTimeout(() => stopping.abort(), timeoutMs);
    await flush();
    clearTimeout(timer);
    for (const proceed of roomAwaited) proceed();
    return heldEvents;
  };

  const send = async (event: Event): Promise<void> => {
    if (isClosed) throw new Error("The producer is closed.");
    const line = eventLine(event);
    if (openBytes + line.length > maxBytes) closeBatch();
    open.push({ event, line });
    openBytes += line.length;
    heldBytes += line.length;
    heldEvents += 1;
    if (open.length >= maxEvents) closeBatch();
    // It keeps no process alive: what waits for it is sent at the exit.
    else linger ??= setTimeout(closeBatch, lingerMs).unref();
    if (heldBytes >= maxHeldBytes) await new Promise<void>((resolve) => void roomAwaited.push(resolve));
  };

  const exits =
    options.flushOnExit === false ? undefined : flushOnExit({ flush, close, isIdle: () => heldEvents === 0 });
  return { send, flush, close };
};

/** Nobody listens for refusals: better an end that is seen than events that vanish. */
const refusedUnheard = ({ message }: Refusal): void => {
  void Promise.reject(new Error(`The API refused an event: ${message}`));
};
