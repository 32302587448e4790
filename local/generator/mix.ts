import type { EventEnvelope } from "#shared/events/catalogue/event.ts";
import type { EventKey } from "#shared/contract/words.ts";
import type { Happening } from "./build-event.ts";
import { campaignHappenings, generateCampaign } from "./generate-campaign.ts";
import { generateEvents, type GenerateOptions } from "./generate-events.ts";
import { createMessage } from "./message.ts";
import type { Random } from "./random.ts";
import { healthySender, type Pace, type Sender } from "./journey.ts";

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
