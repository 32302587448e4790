import { maxListedReplays, maxMatchBatches } from "#shared/contract/limits.ts";
import type { MissingReason } from "#shared/contract/words.ts";
import type { BatchOrigin, BatchPosition } from "#shared/delivery/record.ts";
import type { CountedNumber, EventPlace, Whereabouts } from "#shared/delivery/search.ts";
import type { ReplayWithShards } from "#shared/job-stores.ts";
import { readFields } from "#shared/events/event-fields.ts";
import { spanOf } from "#shared/events/span.ts";
import { dayMs, hourMs, minuteMs } from "#shared/text/times.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import { wasPausedBetween } from "#shared/webhooks/past-pauses.ts";
import { rulesAt, rulesBetween } from "#shared/webhooks/past-rules.ts";
import { takes } from "#shared/webhooks/routing.ts";
import type { EventRules, Webhook } from "#shared/webhooks/webhook.ts";
import { arrivalSlackMs } from "./collect.ts";
import { createNumbers } from "./form-again.ts";
import type { ReplayDeps } from "./progress.ts";

/** Pages of a webhook's batches, a megabyte each, that are read for one event. */
const maxPages = 20;
/** Windows of a shard follow one another, but one that failed comes again in parts. */
const overlapMs = minuteMs;
/** A change of a webhook is live after this time at the latest. */
const definitionMs = minuteMs;
/** Changes of a webhook that are read to see when it was paused. */
const maxChangesRead = 100;
/** Replays of a webhook whose batches are looked at for one event. */
const maxReplays = 5;

/** Webhooks of a customer to which an event went, or should have gone, in the order of their creation. */
export const takersOf = (webhooks: readonly Webhook[], event: EventPlace): readonly Webhook[] => {
  return webhooks
    .filter((webhook) => [webhook, ...rulesThen(webhook, event)].some((rules) => takesBy(rules, webhook, event)))
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.webhookId.localeCompare(b.webhookId));
};

/** Whether a webhook takes an event by some rules. */
const takesBy = (rules: EventRules, { webhookId }: Webhook, { type, subaccountId, about }: EventPlace): boolean =>
  takes({ ...rules, webhookId }, { type, subaccountId, ...(about === undefined ? {} : { about }) });

/** Rules by which a webhook may have taken an event: changes need a moment to be live. */
const rulesThen = (webhook: Webhook, { arrivedAt }: EventPlace) =>
  rulesBetween(webhook, arrivedAt - arrivalSlackMs, arrivedAt + definitionMs);

/**
 * Looks up in which batches events are. A window's place on the stream leads to its batches; which part of the window holds
 * the event is counted, unless one batch holds all of it. Looking up ends early, with `busy` or `late`, when a window cannot be
 * read now, and goes on with what `until.counted` has got until then.
 */
export const createLookUp = (
  deps: ReplayDeps,
  holder: string,
  until: { readonly deadline: number; readonly counted: Map<string, CountedNumber> },
) => {
  const { numberOf } = createNumbers(deps, holder, until);
  const replays = new Map<string, readonly ReplayWithShards[]>();

  const replaysOf = async ({ customerId, webhookId }: Webhook): Promise<readonly ReplayWithShards[]> => {
    const known = replays.get(webhookId) ?? (await deps.replays.list(customerId, webhookId));
    replays.set(webhookId, known);
    return known;
  };

  return async (webhook: Webhook, event: EventPlace, text?: string): Promise<Whereabouts | "busy" | "late"> => {
    const { webhookId } = webhook;
    const windows = await originsOf(deps, webhook, event);
    const replayed = await replayedOrigins(deps, await replaysOf(webhook), webhook, event);
    const origins = [...windows.origins, ...replayed.origins];
    const certain: BatchPosition[] = [];
    const possible: BatchPosition[] = [];
    let missing: MissingReason | undefined;
    for (const origin of origins.filter(({ state }) => state !== "split")) {
      const { createdAt, batchId, replayId } = origin;
      const place = { ...origin, shard: event.shard };
      const rules = rulesAt(webhook, origin.revision);
      if (rules !== undefined && !takesBy(rules, webhook, event)) {
        if (replayId === undefined) missing = "not_subscribed";
        continue;
      }
      // What a filter has left out, the webhook's or a replay's, is in no batch, also where one batch holds all that it let through.
      const isFiltered = rules === undefined || rules.filter !== undefined || replayId !== undefined;
      const number = origin.isWhole && !isFiltered ? origin.first : await numberOf(webhook, place, event);
      if (number === "busy" || number === "late") return number;
      if (number === "none") {
        if (replayId === undefined && rules?.filter !== undefined) missing = "filtered";
      } else if (number === "unknown") possible.push({ createdAt, batchId });
      else if (number >= origin.first && number < origin.next) certain.push({ createdAt, batchId });
    }
    const isExact = certain.length > 0 || possible.length === 0;
    const found = isExact ? certain : possible;
    const batches = found.slice(0, maxMatchBatches);
    const isUnsure = isExact && possible.length > 0;
    const isCut = found.length > batches.length || isUnsure || !windows.isWhole || !replayed.isWhole;
    const whereabouts = { webhookId, batches, isExact, ...(isCut ? { isCut: true as const } : {}) };
    if (batches.length > 0) return whereabouts;
    missing ??= await missingReason(deps, { webhook, event, text }, windows);
    return { ...whereabouts, missing };
  };
};

interface Origins {
  readonly origins: readonly BatchOrigin[];
  /** Whether all were read among which it can be. */
  readonly isWhole: boolean;
}

/** Batches of the windows in which an event was. A window is created when its first record arrives. */
const originsOf = async (
  { batches, now, retentionHours }: ReplayDeps,
  { webhookId }: Webhook,
  { shard, sequenceNumber, arrivedAt }: EventPlace,
): Promise<Origins> => {
  const position = BigInt(sequenceNumber);
  const origins: BatchOrigin[] = [];
  const query = {
    webhookId,
    shard,
    from: isoOf(arrivedAt - retentionHours * hourMs),
    to: isoOf(arrivedAt + arrivalSlackMs),
    now: now(),
  };
  let earlierAt: number | undefined;
  let after: BatchPosition | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const found = await batches.listOrigins({ ...query, after });
    for (const origin of found.origins) {
      const createdAt = Date.parse(origin.createdAt);
      if (earlierAt !== undefined && createdAt < earlierAt - overlapMs) return { origins, isWhole: true };
      // One of a replay was created when that read the window.
      if (origin.replayId !== undefined) continue;
      if (position > BigInt(origin.lastSequenceNumber)) earlierAt ??= createdAt;
      else if (position >= BigInt(origin.firstSequenceNumber)) origins.push(origin);
    }
    if (found.next === undefined) return { origins, isWhole: true };
    after = found.next;
  }
  return { origins, isWhole: false };
};

/** Batches in which replays have sent an event again. */
const replayedOrigins = async (
  { batches, now }: ReplayDeps,
  replays: readonly ReplayWithShards[],
  { webhookId }: Webhook,
  { shard, sequenceNumber, arrivedAt }: EventPlace,
): Promise<Origins> => {
  const position = BigInt(sequenceNumber);
  const at = isoOf(arrivedAt);
  const origins: BatchOrigin[] = [];
  const fitting = replays.filter(
    ({ replay: { only, dryRun, from, to } }) => only === undefined && !dryRun && from <= at && at < to,
  );
  let isWhole = fitting.length <= maxReplays && replays.length < maxListedReplays;
  for (const { replay } of fitting.slice(0, maxReplays)) {
    const to = replay.endedAt === undefined ? {} : { to: isoOf(Date.parse(replay.endedAt) + arrivalSlackMs) };
    let after: BatchPosition | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const found = await batches.listOrigins({ webhookId, shard, from: replay.startedAt, ...to, after, now: now() });
      for (const origin of found.origins) {
        const isIn = position >= BigInt(origin.firstSequenceNumber) && position <= BigInt(origin.lastSequenceNumber);
        if (origin.replayId === replay.replayId && isIn) origins.push(origin);
      }
      after = found.next;
      if (after === undefined) break;
    }
    if (after !== undefined) isWhole = false;
  }
  return { origins, isWhole };
};

const missingReason = async (
  deps: ReplayDeps,
  {
    webhook,
    event,
    text,
  }: { readonly webhook: Webhook; readonly event: EventPlace; readonly text: string | undefined },
  { origins, isWhole }: Origins,
): Promise<MissingReason> => {
  const { arrivedAt } = event;
  const createdAt = Date.parse(webhook.createdAt);
  const isExpired = arrivedAt + deps.recordRetentionDays * dayMs < deps.now();
  // Another part of its window is there, and its own has not been cut: it was taken, even if its webhook was paused since.
  if (origins.length > 0 && isWhole && !isExpired) return "no_batch_yet";
  if (createdAt > arrivedAt) return "created_later";
  if (await wasPaused(deps, webhook, event)) return "paused";
  // It may not have been live yet.
  if (createdAt > arrivedAt - definitionMs) return "created_later";
  const taking = rulesThen(webhook, event).filter((rules) => takesBy(rules, webhook, event));
  if (taking.length === 0) return "not_subscribed";
  if (text !== undefined && taking.every((rules) => isLeftOut(rules, text))) return "filtered";
  if (isExpired) return "record_expired";
  if (!isWhole) return "unknown";
  return (await isPassed(deps, webhook, event)) ? "unknown" : "no_batch_yet";
};

/** Whether a webhook may have been paused for `batch` when that read an event: changes need a moment to be live. */
const wasPaused = async (
  { changes, now }: ReplayDeps,
  webhook: Webhook,
  { arrivedAt }: EventPlace,
): Promise<boolean> => {
  const kept = await changes.list(webhook, { limit: maxChangesRead, now: now() });
  const own = kept.filter(({ createdAt }) => createdAt === webhook.createdAt).map(({ change }) => change);
  return wasPausedBetween(webhook, own, { from: arrivedAt - definitionMs, to: arrivedAt + definitionMs });
};

const isLeftOut = ({ filter }: EventRules, text: string): boolean => {
  const content = filter && contentOf({ filter });
  const event = spanOf(Buffer.from(text));
  return content !== undefined && !content.admits(readFields(event) ?? {}, event);
};

/** Whether batches have been made of what came behind an event in its shard. */
const isPassed = async (
  { batches, now }: ReplayDeps,
  { webhookId }: Webhook,
  { shard, sequenceNumber, arrivedAt }: EventPlace,
): Promise<boolean> => {
  const { origins } = await batches.listOrigins({ webhookId, shard, from: isoOf(arrivedAt), now: now() });
  return origins.some(
    ({ replayId, firstSequenceNumber }) =>
      replayId === undefined && BigInt(firstSequenceNumber) > BigInt(sequenceNumber),
  );
};

const isoOf = (ms: number): string => new Date(ms).toISOString();
