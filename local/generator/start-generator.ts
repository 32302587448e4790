import { createEventSource } from "./event-source.ts";
import { ingestEvents, type IngestAccess, packEvents } from "./ingest-events.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { dueAfter, type MixName } from "./mix.ts";

export interface GeneratorOptions extends IngestAccess {
  /** Events a second. */
  readonly rate: number;
  readonly mix: MixName;
  /** 32-bit integer. */
  readonly seed: number;
  /** Called when events could not be ingested, once for a run of the same trouble. */
  readonly onProblem: (text: string) => void;
}

/** A running generator. */
export interface Generator {
  readonly ledger: Ledger;
  readonly rate: () => number;
  readonly setRate: (rate: number) => void;
  readonly isPaused: () => boolean;
  readonly setPaused: (isPaused: boolean) => void;
  /** Events that should have been sent but were not, because the API or the machine was too slow. */
  readonly missed: () => number;
  /** Sends nothing more, and waits for the answers to what is under way. */
  readonly stop: () => Promise<void>;
}

const tickMs = 50;
const maxEventsPerRequest = 5_000;
const maxRequests = 8;
/** More than this is never made up for: a rate is kept from now on, not in the mean. */
const maxArrearsSeconds = 1;

/** Starts to ingest events at a rate: many to a request, several requests at a time. */
export const startGenerator = (options: GeneratorOptions): Generator => {
  const { mix, seed, onProblem } = options;
  const source = createEventSource(mix, seed);
  const ledger = createLedger(seed);
  const underWay = new Set<Promise<void>>();
  let { rate } = options;
  let isPaused = false;
  let isStopped = false;
  let missed = 0;
  let problem = "";
  /** Time that the generator has run, without its pauses. */
  let ranMs = 0;
  let lastTickAt = performance.now();
  // The first event goes at once.
  let due = 1;

  const tell = (text: string): void => {
    if (text !== "" && text !== problem) onProblem(text);
    problem = text;
  };

  const send = async (count: number): Promise<void> => {
    const { ranges, ndjson } = source.take(count, Date.now());
    ledger.sent(ranges, Date.now());
    const answer = await ingestEvents(options, await packEvents(ndjson));
    if (answer.kind === "taken") ledger.answered(ranges, answer.refusedLines);
    else if (answer.kind === "refused") ledger.answered(ranges, "all");
    else ledger.unanswered(ranges);
    tell(answer.kind === "taken" ? "" : `Events could not be ingested: ${answer.text}`);
  };

  const maySend = (): boolean => !isStopped && !isPaused && due >= 1 && underWay.size < maxRequests;
  const sendDue = (): void => {
    while (maySend()) {
      const count = Math.min(Math.floor(due), maxEventsPerRequest);
      due -= count;
      const request = send(count).finally(() => {
        underWay.delete(request);
        sendDue();
      });
      underWay.add(request);
    }
  };

  const tick = (): void => {
    const now = performance.now();
    const elapsedMs = now - lastTickAt;
    lastTickAt = now;
    if (isPaused) return;
    due += rate * (dueAfter(mix, ranMs + elapsedMs) - dueAfter(mix, ranMs));
    ranMs += elapsedMs;
    sendDue();
    // A burst may be due in one go; what is left after that counts as missed.
    const arrears = due - Math.max(1, rate * maxArrearsSeconds * (mix === "burst" ? 10 : 1));
    if (arrears > 0) {
      missed += Math.floor(arrears);
      due -= Math.floor(arrears);
    }
  };
  const timer = setInterval(tick, tickMs);
  sendDue();

  return {
    ledger,
    rate: () => rate,
    setRate: (wanted) => {
      tick();
      rate = wanted;
    },
    isPaused: () => isPaused,
    setPaused: (wanted) => {
      tick();
      isPaused = wanted;
    },
    missed: () => missed,
    stop: async () => {
      clearInterval(timer);
      isStopped = true;
      await Promise.all(underWay);
    },
  };
};
