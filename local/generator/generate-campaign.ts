import type { EventEnvelope } from "#shared/events/catalogue/event.ts";
import { buildEvent, type Happening } from "./build-event.ts";
import { eventIdOf } from "./event-id.ts";
import type { GenerateOptions } from "./generate-events.ts";
import { healthySender, journey, type Pace, productionPace, type Sender } from "./journey.ts";
import { createMessage } from "./message.ts";
import { createRandom, type Random } from "./random.ts";

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
export const campaignHappenings = (
  options: Omit<CampaignOptions, "customerId">,
  random: Random,
): readonly Happening[] => {
  const { seed, count, startedAt, sender = healthySender, pace = productionPace } = options;
  const happenings: Happening[] = [];
  for (let index = 0; happenings.length < count; index += 1) {
    const injectedAt = startedAt + index * pace.sendIntervalMs;
    happenings.push(...journey(createMessage({ random, seed, index, injectedAt }), { random, sender, pace }));
  }
  return happenings.toSorted((one, other) => one.at - other.at).slice(0, count);
};
