import type { EventKey } from "#shared/contract/words.ts";
import type { Happening } from "./build-event.ts";
import type { Message } from "./message.ts";
import type { Random } from "./random.ts";

/** How likely the turns of a message's way are, from 0 to 1. */
export interface Sender {
  readonly bounce: number;
  readonly delay: number;
  /** A bounce that comes after the message was accepted. */
  readonly lateBounce: number;
  readonly open: number;
  readonly click: number;
  readonly unsubscribe: number;
  readonly complaint: number;
}

type Range = readonly [minMs: number, maxMs: number];

/** How fast things happen to messages. */
export interface Pace {
  /** A mailing sends one message in this time. */
  readonly sendIntervalMs: number;
  /** From injection, or from the last failed try, to delivery or bounce. */
  readonly deliver: Range;
  readonly retryMs: number;
  /** From delivery, or from the last thing its reader did, to what the reader does next. */
  readonly react: Range;
  /** From an open to its click. */
  readonly click: Range;
}

export const healthySender: Sender = {
  bounce: 0.04,
  delay: 0.03,
  lateBounce: 0.005,
  open: 0.35,
  click: 0.25,
  unsubscribe: 0.004,
  complaint: 0.001,
};

export const productionPace: Pace = {
  sendIntervalMs: 2,
  deliver: [200, 4_000],
  retryMs: 5 * 60 * 1_000,
  react: [1_000, 30 * 60 * 1_000],
  click: [1_000, 60 * 1_000],
};

interface JourneyOptions {
  readonly random: Random;
  readonly sender: Sender;
  readonly pace: Pace;
}

/** What happens to one message, in the order of time. */
export const journey = (message: Message, { random, sender, pace }: JourneyOptions): readonly Happening[] => {
  const happenings: Happening[] = [];
  let at = message.injectedAt;
  let retries = 0;
  const add = (key: EventKey, [minMs, maxMs]: Range) => {
    at += random.integer(minMs, maxMs);
    happenings.push({ key, at, retries, message });
  };

  happenings.push({ key: "injection", at, retries, message });
  if (random.chance(sender.bounce)) {
    add("bounce", pace.deliver);
    return happenings;
  }
  if (random.chance(sender.delay)) {
    add("delay", pace.deliver);
    retries = 1;
    at += pace.retryMs;
  }
  add("delivery", pace.deliver);
  if (random.chance(sender.lateBounce)) {
    add("out_of_band", pace.react);
    return happenings;
  }
  while (random.chance(sender.open)) {
    add("open", pace.react);
    if (random.chance(sender.click)) add("click", pace.click);
  }
  if (random.chance(sender.unsubscribe)) add("list_unsubscribe", pace.react);
  if (random.chance(sender.complaint)) add("spam_complaint", pace.react);
  return happenings;
};
