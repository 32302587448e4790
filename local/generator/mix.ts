import type { EventEnvelope } from "#shared/events/catalogue/event.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { type Happening, buildEvent } from "./build-event.ts";
import { createMessage } from "./message.ts";
import { type Random, eventIdOf, createRandom } from "./random.ts";
import { healthySender, type Pace, type Sender, journey, productionPace } from "./journey.ts";
import { mailFields } from "./generated-fields.ts";

interface GenerateOptions {
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

interface CampaignOptions extends GenerateOptions {
  /** @default a healthy one */
  readonly sender?: Sender;
  /** @default that of a real mailing */
  readonly pace?: Pace;
}

/**
 * Events of a mailing, in the order of their time: injections, their deliveries or bounces, then opens, clicks and the
 * odd complaint. Events of one message share its ids, and no event comes before its message's injection.
 */
export const generateCampaign = (options: CampaignOptions): readonly EventEnvelope[] => {
  const { seed, customerId } = options;
  const random = createRandom(seed);
  return campaignHappenings(options, random).map((happening, index) =>
    buildEvent({ happening, eventId: eventIdOf(seed, index), customerId, random }),
  );
};

/** What happens to the messages of a mailing, in the order of its time. */
const campaignHappenings = (options: Omit<CampaignOptions, "customerId">, random: Random): readonly Happening[] => {
  const { seed, count, startedAt, sender = healthySender, pace = productionPace } = options;
  const happenings: Happening[] = [];
  for (let index = 0; happenings.length < count; index += 1) {
    const injectedAt = startedAt + index * pace.sendIntervalMs;
    happenings.push(...journey(createMessage({ random, seed, index, injectedAt }), { random, sender, pace }));
  }
  return happenings.toSorted((one, other) => one.at - other.at).slice(0, count);
};

export const mixNames = ["campaign", "steady", "burst", "bounce-storm"] as const;
/** What a generator sends: which events, and how they are spread over time. */
export type MixName = (typeof mixNames)[number];

/** A mailing in fast motion: the first opens and clicks come among the first dozen events. */
const livePace: Pace = { sendIntervalMs: 100, deliver: [50, 300], retryMs: 500, react: [100, 1_500], click: [50, 400] };

/** A sender whose list is stale: more than half of all messages bounce, and many of the others come back later. */
const stormySender: Sender = {
  ...healthySender,
  bounce: 0.55,
  delay: 0.25,
  lateBounce: 0.1,
  open: 0.15,
  complaint: 0.02,
};

/** Events of a mix, in the order in which they are sent. */
export const mixEvents = (mix: MixName, options: GenerateOptions): readonly EventEnvelope[] => {
  switch (mix) {
    case "campaign":
    case "burst":
      return generateCampaign({ ...options, pace: livePace });
    case "bounce-storm":
      return generateCampaign({ ...options, pace: livePace, sender: stormySender });
    case "steady":
      return generateEvents(options);
  }
};

/** What happens to messages in a mix, and can be told by documents of Amazon SES. */
export const mixHappenings = (
  mix: MixName,
  { seed, count, startedAt, keys }: Omit<GenerateOptions, "customerId"> & { readonly keys: readonly EventKey[] },
  random: Random,
): readonly Happening[] => {
  if (mix === "steady") {
    return Array.from({ length: count }, (_, index) => {
      const at = startedAt + index;
      const message = createMessage({ random, seed, index, injectedAt: at - random.integer(200, 4_000) });
      return { key: keys[index % keys.length] ?? "delivery", at, retries: 0, message };
    });
  }
  const sender = mix === "bounce-storm" ? stormySender : healthySender;
  return campaignHappenings({ seed, count, startedAt, pace: livePace, sender }, random);
};

/** A burst sends all events of ten seconds in the first two. */
const burst = { cycleMs: 10_000, busyMs: 2_000 };

/** How much is due after a time at a rate of one a second: the time itself, or more and less than it in turns. */
export const dueAfter = (mix: MixName, elapsedMs: number): number => {
  if (mix !== "burst") return elapsedMs / 1_000;
  const { cycleMs, busyMs } = burst;
  const busy = Math.min(elapsedMs % cycleMs, busyMs) * (cycleMs / busyMs);
  return (Math.floor(elapsedMs / cycleMs) * cycleMs + busy) / 1_000;
};
