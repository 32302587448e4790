import type { EventEnvelope } from "../event-envelope.ts";
import type { EventKey } from "../event-key.ts";
import { buildEvent, type Happening } from "./build-event.ts";
import { eventIdOf } from "./event-id.ts";
import type { GenerateOptions } from "./generate-events.ts";
import { createMessage, type Message } from "./message.ts";
import { createRandom, type Random } from "./random.ts";

/** A campaign sends one message in this time. */
const sendIntervalMs = 2;
/** Recipients open a message within this time after its delivery. */
const maxOpenDelayMs = 30 * 60 * 1_000;
const maxClickDelayMs = 60 * 1_000;
const retryDelayMs = 5 * 60 * 1_000;

/**
 * Events of a mailing, in the order of their time: injections, their deliveries or bounces, then opens, clicks and the
 * odd complaint. Events of one message share its ids, and no event comes before its message's injection.
 */
export const generateCampaign = ({ seed, count, startedAt, customerId }: GenerateOptions): readonly EventEnvelope[] => {
  const random = createRandom(seed);
  const happenings: Happening[] = [];
  for (let index = 0; happenings.length < count; index += 1) {
    const injectedAt = startedAt + index * sendIntervalMs;
    happenings.push(...journey(createMessage({ random, seed, index, injectedAt }), random));
  }
  return happenings
    .toSorted((one, other) => one.at - other.at)
    .slice(0, count)
    .map((happening, index) => buildEvent({ happening, eventId: eventIdOf(seed, index), customerId, random }));
};

/** What happens to one message. The shares are those of a healthy sender. */
const journey = (message: Message, random: Random): readonly Happening[] => {
  const happenings: Happening[] = [];
  let at = message.injectedAt;
  let retries = 0;
  const add = (key: EventKey, afterMs: number) => {
    at += afterMs;
    happenings.push({ key, at, retries, message });
  };

  add("injection", 0);
  if (random.chance(0.04)) {
    add("bounce", random.integer(200, 4_000));
    return happenings;
  }
  if (random.chance(0.03)) {
    add("delay", random.integer(200, 4_000));
    retries = 1;
    at += retryDelayMs;
  }
  add("delivery", random.integer(200, 4_000));
  if (random.chance(0.005)) {
    add("out_of_band", random.integer(1_000, maxOpenDelayMs));
    return happenings;
  }
  while (random.chance(0.35)) {
    add("open", random.integer(1_000, maxOpenDelayMs));
    if (random.chance(0.25)) add("click", random.integer(1_000, maxClickDelayMs));
  }
  if (random.chance(0.004)) add("list_unsubscribe", random.integer(1_000, maxOpenDelayMs));
  if (random.chance(0.001)) add("spam_complaint", random.integer(1_000, maxOpenDelayMs));
  return happenings;
};
