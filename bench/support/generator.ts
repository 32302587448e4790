import { createEventSource } from "../../local/generator/event-source.ts";
import { ingestEvents, packEvents, type PackedEvents } from "../../local/generator/ingest-events.ts";
import { answerParent, type Child, startChild } from "./child.ts";
import { type Fingerprint, fingerprintOf } from "./receiver.ts";

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

const eventId = /"event_id":"([^"]*)"/g;

const serve = (): void => {
  let packed: PackedEvents[] = [];
  let prepared = fingerprintOf([]);

  const prepare = async (asked: Extract<Request, { kind: "prepare" }>): Promise<void> => {
    const source = createEventSource("campaign", asked.seed);
    const ids: string[] = [];
    packed = [];
    for (let left = asked.events; left > 0; left -= asked.eventsPerRequest) {
      const { ndjson } = source.take(Math.min(left, asked.eventsPerRequest), Date.now());
      for (const [, id = ""] of ndjson.toString().matchAll(eventId)) ids.push(id);
      packed.push(await packEvents(ndjson));
    }
    prepared = fingerprintOf(ids);
  };
  const send = async ({ url, key, concurrency }: Extract<Request, { kind: "send" }>): Promise<void> => {
    const waiting = packed.values();
    const lane = async (): Promise<void> => {
      for (const events of waiting) {
        const answer = await ingestEvents({ url, key }, events);
        if (answer.kind !== "taken") throw new Error(`Events were not ingested: ${answer.text}`);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  };
  const answer = async (asked: Request): Promise<Sent> => {
    const firstAt = Date.now();
    if (asked.kind === "prepare") await prepare(asked);
    else await send(asked);
    return { ...prepared, firstAt, lastAt: Date.now() };
  };
  answerParent((asked) => answer(asked as Request));
};

if (import.meta.main) serve();
