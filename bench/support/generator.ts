import { Agent, request } from "node:http";
import { answerParent, type Child, startChild } from "./child.ts";
import { campaign, gzipNdjson, partsOf } from "./events.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";

type Request =
  /** Makes the events of one run and compresses them, so that sending them costs little. */
  | { readonly kind: "prepare"; readonly seed: number; readonly events: number; readonly eventsPerRequest: number }
  /** Sends what was prepared. */
  | { readonly kind: "send"; readonly url: string; readonly key: string; readonly concurrency: number };

/** What a generator has done. */
export interface Sent extends Fingerprint {
  /** When the first request began and when the last one was answered, Unix milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A producer of events in a process of its own. */
export type GeneratorProcess = Child<Request, Sent>;

/** Starts a generator. */
export const startGeneratorProcess = (): GeneratorProcess => startChild(import.meta.filename);

const eventId = /"event_id":"([^"]*)"/;

const serve = (): void => {
  const agent = new Agent({ keepAlive: true });
  let bodies: readonly Buffer[] = [];
  let prepared = fingerprintOf([]);

  const post = async (url: string, key: string, body: Buffer): Promise<void> => {
    const headers = { authorization: key, "content-encoding": "gzip", "content-type": "application/x-ndjson" };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      response.toArray().then((parts: Buffer[]) => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`ingest answered ${response.statusCode}: ${Buffer.concat(parts).toString()}`));
      }, reject);
    });
    sending.on("error", reject).end(body);
    await promise;
  };
  const prepare = ({ seed, events, eventsPerRequest }: Extract<Request, { kind: "prepare" }>): void => {
    const texts = campaign(events, seed);
    bodies = partsOf(texts, eventsPerRequest).map((part) => gzipNdjson(part));
    prepared = fingerprintOf(texts.map((text) => eventId.exec(text)?.[1] ?? ""));
  };
  const send = async ({ url, key, concurrency }: Extract<Request, { kind: "send" }>): Promise<void> => {
    const waiting = bodies.values();
    const lane = async (): Promise<void> => {
      for (const body of waiting) await post(url, key, body);
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  };
  const answer = async (asked: Request): Promise<Sent> => {
    const firstAt = Date.now();
    if (asked.kind === "prepare") prepare(asked);
    else await send(asked);
    return { ...prepared, firstAt, lastAt: Date.now() };
  };
  answerParent((asked) => answer(asked as Request));
};

if (import.meta.main) serve();
