import { batchWindowSeconds, deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import { type Breaker, isSlow } from "./breaker.ts";
import type { RetryClock } from "./retry-schedule.ts";

/**
 * The turns that a webhook's batches take at a target that answers slowly: so many of them are POSTed at once, and no more.
 * Times are Unix milliseconds.
 */
export interface Turns {
  /** Who has a turn, by the id of batch or chain, and when it ends by itself: a function may die and give nothing back. */
  readonly held: Readonly<Record<string, number>>;
  /** How many turns there may be at once, as long as the target answers fast enough for them. */
  readonly width: number;
  /** When the width last rose. */
  readonly widenedAt: number;
  /** Who has waited longest, since when, and until when the others let it go first. It looks again before that. */
  readonly first?: { readonly id: string; readonly since: number; readonly until: number };
}

/** What the turns at a webhook's target depend on. */
interface Pace {
  readonly active: boolean;
  readonly breaker: Breaker;
  /** How long the target has recently taken for a POST, milliseconds; absent before the first answer. */
  readonly answerMs?: number;
  readonly turns: Turns;
}

export const noTurns: Turns = { held: {}, width: 1, widenedAt: 0 };

interface WebhookIds {
  readonly customerId: string;
  readonly webhookId: string;
}

/** The turns of webhooks, as they are stored. */
export interface TurnStore {
  /**
   * Stores turns; false, and nothing changed, when another change was faster or the webhook is gone.
   *
   * @param change.answerMs how long the target takes for a POST at least, milliseconds: noted if it is not known to take longer;
   * if it is, nothing is changed
   */
  readonly change: (
    change: WebhookIds & { readonly turns: Turns; readonly expectedRevision: number; readonly answerMs?: number },
  ) => Promise<boolean>;
  /** Gives back the turn of a batch or chain. */
  readonly leave: (holder: WebhookIds & { readonly batchId: string }) => Promise<void>;
  /**
   * Notes how long the target takes for a POST at least, before it has answered. Does nothing when it is known to take longer, or
   * the webhook is gone.
   */
  readonly noteSlow: (note: WebhookIds & { readonly answerMs: number }) => Promise<void>;
}

/** Who asks for a turn. */
export interface Asker {
  readonly id: string;
  /** What it comes before others by: since when it has asked, or when its first attempt was, of a batch that has had one. */
  readonly since: number;
  /** Since when it has asked for this turn. */
  readonly waitingSince: number;
}

/** Whether somebody may go, and the turns as they are then: the same object when nothing changes. */
export type TurnAnswer =
  | { readonly kind: "go"; readonly turns: Turns }
  | { readonly kind: "wait"; readonly turns: Turns; readonly delaySeconds: number };

/**
 * A target that answers faster takes no turns: even if it works on one POST at a time, it has answered twelve that come
 * together within three seconds.
 */
const freeAnswerMs = 250;
/** A POST that takes this long, upload and answer, shows before its answer that the target is not that fast. */
export const slowAfterMs = 2 * freeAnswerMs;
/**
 * What POSTs that are under way together may take, one behind another: half of the time that a target has. A target that takes as
 * long for one, or of which nothing is known, gets one at a time.
 */
export const togetherMs = 3_000;
/** Longer than any invocation lives, so that a turn outlasts the POSTs that it is for. */
export const turnMs = (deliverTimeoutSeconds + 5) * 1_000;
/** The first in line looks every second; for so long the others let it go first, and it renews that at half of it. */
const firstMs = 10_000;
const longestWaitSeconds = 60;
/** The first look after a time-out of those behind the first in line, and how much later it may be by chance. */
const afterTimeoutMs = 10_000;
const spreadAfterTimeoutMs = 20_000;

/**
 * How long the target has recently taken for a POST: an average that rises with a slow answer at once, and falls slowly.
 *
 * @param before undefined: nothing is known yet
 */
export const recentAnswerMs = (before: number | undefined, answerMs: number): number => {
  if (before === undefined) return Math.round(answerMs);
  const share = answerMs > before ? 0.5 : 0.2;
  return Math.round(before + (answerMs - before) * share);
};

/**
 * Whether a batch needs a turn before it is POSTed: not where the target is known to answer fast, and not where the gate is
 * going to hold it back.
 *
 * @param isAsked whether somebody asked for this POST: a breaker holds none of those back
 */
export const needsTurn = ({ active, answerMs, breaker }: Omit<Pace, "turns">, now: number, isAsked: boolean): boolean =>
  active && (isAsked || breaker.kind === "closed" || now >= breaker.until) && !isKnownFast(answerMs);

/** Whether a target is known to answer so fast that it takes no turns. */
export const isKnownFast = (answerMs: number | undefined): boolean => answerMs !== undefined && answerMs < freeAnswerMs;

/**
 * Asks for a turn. The one that has asked longest comes first. There is one more turn at once, as far as the target's answers
 * allow, when somebody has waited for as long as a window takes although all is well; after a time-out there is one.
 *
 * @param random from 0 to 1
 */
export const askForTurn = (
  { answerMs = togetherMs, breaker, turns }: Omit<Pace, "active">,
  asker: Asker,
  { now, clock, random }: { readonly now: number; readonly clock: RetryClock; readonly random: number },
): TurnAnswer => {
  const { id, since, waitingSince } = asker;
  const held = heldAt(turns, now);
  const hasTimedOut = isSlow(breaker);
  const delaySeconds = hasTimedOut ? delayAfterTimeout(clock, random) : delayAfter(now - waitingSince, answerMs);
  // A copy of who has a turn is not first in line: it has nothing to go for.
  if (held[id] !== undefined) return { kind: "wait", turns, delaySeconds };
  const first = turns.first !== undefined && turns.first.until > now ? turns.first : undefined;
  const isFirst = first === undefined || first.id === id || since < first.since;
  const isWell = breaker.kind === "closed" && breaker.failures === 0;
  const most = mostTurns(answerMs);
  const width = Math.min(hasTimedOut ? 1 : turns.width, most);
  const free = width - Object.keys(held).length - (isFirst ? 0 : 1);
  const windowMs = (batchWindowSeconds * 1_000) / clock.scale;
  const widens =
    free === 0 &&
    isFirst &&
    isWell &&
    width < most &&
    now - waitingSince >= windowMs &&
    now - turns.widenedAt >= windowMs;
  if (free > 0 || widens) {
    const rest = isFirst ? {} : { first };
    const widened = widens ? { width: width + 1, widenedAt: now } : { width, widenedAt: turns.widenedAt };
    return { kind: "go", turns: { held: withTurn(turns, id, now).held, ...widened, ...rest } };
  }
  if (!isFirst) return { kind: "wait", turns, delaySeconds };
  const isNoted = first?.id === id && first.until - now > firstMs / 2;
  const noted = { ...turns, first: { id, since, until: now + firstMs } };
  return { kind: "wait", turns: isNoted ? turns : noted, delaySeconds: 1 };
};

const heldAt = ({ held }: Turns, now: number): Turns["held"] =>
  Object.fromEntries(Object.entries(held).filter(([, until]) => until > now));

/** The turns when somebody has one from now on, whether or not there was one free. */
export const withTurn = (turns: Turns, id: string, now: number): Turns => ({
  ...turns,
  held: { ...heldAt(turns, now), [id]: now + turnMs },
});

/**
 * How many POSTs may be under way at a time at a target that takes turns.
 *
 * @param answerMs how long it has recently taken for one
 */
export const mostTurns = (answerMs: number): number => Math.max(1, Math.floor(togetherMs / answerMs));

/** Who has waited long looks seldom, unless it is the first in line; and nobody looks twice while the target answers one POST. */
const delayAfter = (waitedMs: number, answerMs: number): number =>
  Math.min(Math.max(Math.ceil(waitedMs / 8_000), Math.floor(answerMs / 1_000), 1), longestWaitSeconds);

/**
 * After a time-out the first in line tells within seconds whether the target answers again. If it does not, the others are going to
 * be parked, and do not come for that at the same time.
 */
const delayAfterTimeout = (clock: RetryClock, random: number): number =>
  Math.max(1, Math.round((afterTimeoutMs + spreadAfterTimeoutMs * random) / clock.scale / 1_000));
