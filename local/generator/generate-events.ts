import type { EventEnvelope } from "#shared/events/catalogue/event.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { buildEvent } from "./build-event.ts";
import { eventIdOf } from "./event-id.ts";
import { mailFields } from "./generated-fields.ts";
import { createMessage } from "./message.ts";
import { createRandom } from "./random.ts";

export interface GenerateOptions {
  /** 32-bit integer; the same seed gives the same events, different seeds never share an event id. */
  readonly seed: number;
  readonly count: number;
  /** Unix time of the first event in milliseconds. */
  readonly startedAt: number;
  readonly customerId: string;
}

interface GenerateEventsOptions extends GenerateOptions {
  /** Keys to choose from; a repeated one is chosen more often. @default all but SMS, relay, A/B test, ingest and adaptive events */
  readonly keys?: readonly EventKey[];
}

const mailEventKeys = eventKeys.filter((key) => Object.hasOwn(mailFields, key));

/** Unrelated events, one per millisecond, of keys chosen at random. */
export const generateEvents = (options: GenerateEventsOptions): readonly EventEnvelope[] => {
  const { seed, count, startedAt, customerId, keys = mailEventKeys } = options;
  const [firstKey, ...otherKeys] = keys;
  if (firstKey === undefined) return [];
  const choices = [firstKey, ...otherKeys] as const;
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const at = startedAt + index;
    const message = createMessage({ random, seed, index, injectedAt: at - random.integer(200, 4_000) });
    const key = random.pick(choices);
    const happening = { key, at, retries: key === "delay" ? 1 : 0, message };
    return buildEvent({ happening, eventId: eventIdOf(seed, index), customerId, random });
  });
};
