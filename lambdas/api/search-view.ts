import type { ViewOf } from "#shared/contract/api/answers.ts";
import type {
  EventAtWebhook,
  EventSearch,
  FoundBatch,
  FoundEvent,
  readingFields,
} from "#shared/contract/api/search.ts";
import { maxSearchMatches } from "#shared/contract/limits.ts";
import { type SearchWait, searchWaits } from "#shared/contract/words.ts";
import type { BatchPosition, BatchSummary } from "#shared/delivery/record.ts";
import { remainingMs, replayShare } from "#shared/delivery/replay.ts";
import type { Match, Search, SearchProgress, Whereabouts } from "#shared/delivery/search.ts";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import { maskerFor, maskRecipient, recipientsIn } from "#shared/events/mask-addresses.ts";
import { exactJsonOf, isObject } from "#shared/text/json.ts";
import type { Subaccount } from "#shared/webhooks/subaccount.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps } from "./deps.ts";

/** What a caller may see of a search. */
interface Sight {
  /** In whose name the caller acts: the webhooks of this sub-account are shown. */
  readonly subaccount: Subaccount;
  /** Whether addresses are masked. */
  readonly isMasked: boolean;
}

/** A search as the API shows it, with the states of batches as they are now. */
export const searchView = async (deps: ApiDeps, search: Search, sight: Sight): Promise<ViewOf<EventSearch>> => {
  const now = deps.now();
  const [shards, all] = await Promise.all([deps.searches.listShards(search), deps.searches.listMatches(search)]);
  const found = all.slice(0, maxSearchMatches);
  const isTruncated = shards.some(({ isStopped }) => isStopped) || all.length > found.length;
  const webhooks = await webhooksOf(deps, search, found, sight);
  const matches = found.map((match) => visibleOf(match, webhooks, sight));
  const batches = await batchesOf(deps, matches, now);
  return {
    id: search.searchId,
    ...readingView(search, shards, now),
    criteria: criteriaView(search.criteria, sight),
    read_from: isTruncated ? undefined : readFrom(search, shards),
    truncated: isTruncated,
    matches: matches.map((match) => matchView(match, { webhooks, batches, sight })),
  };
};

/** How far a search is, whatever it reads the stream for. */
export const readingView = (
  search: Search,
  shards: readonly SearchProgress[],
  now: number,
): ViewOf<Pick<EventSearch, keyof typeof readingFields>> => {
  const share = replayShare(search, shards);
  const leftMs = search.state === "running" ? remainingMs({ replay: search, share, now }) : undefined;
  const sum = (pick: (progress: SearchProgress) => number): number =>
    shards.reduce((total, progress) => total + pick(progress), 0);
  return {
    state: search.state,
    dry_run: search.dryRun,
    from: search.from,
    to: search.to,
    retention_cut: search.isFromCut,
    started_at: search.startedAt,
    ended_at: search.endedAt,
    progress: Math.floor(share * 1_000) / 1_000,
    waits_for: search.state === "running" ? waitOf(shards) : undefined,
    estimate: estimateView(search, shards),
    estimated_remaining_seconds: leftMs === undefined ? undefined : Math.ceil(leftMs / 1_000),
    records_read: sum(({ records }) => records),
    bytes_read: sum(({ bytes }) => bytes),
  };
};

/** What shards wait for; a turn may take longest. */
const waitOf = (shards: readonly SearchProgress[]): SearchWait | undefined =>
  searchWaits.find((wait) => shards.some(({ isDone, waitsFor }) => !isDone && waitsFor === wait));

const criteriaView = (criteria: Search["criteria"], { isMasked }: Sight): ViewOf<EventSearch["criteria"]> => {
  const shown = shownBy(isMasked, criteria.recipient === undefined ? [] : [criteria.recipient]);
  return {
    id: shown(criteria.id),
    event_id: shown(criteria.eventId),
    message_id: shown(criteria.messageId),
    transmission_id: shown(criteria.transmissionId),
    recipient: recipientBy(isMasked, criteria.recipient),
    campaign_id: shown(criteria.campaignId),
    types: criteria.types?.filter(isEventKey),
    subaccount_id: criteria.subaccountId,
  };
};

/** How a text is shown that may name one of these recipients. */
export const shownBy = (isMasked: boolean, recipients: readonly string[]): ((text?: string) => string | undefined) => {
  const masker = maskerFor(recipients);
  return (text) => (text === undefined || !isMasked ? text : masker.text(text));
};

/** The same of a recipient alone. */
export const recipientBy = (isMasked: boolean, recipient: string | undefined): string | undefined =>
  recipient === undefined || !isMasked ? recipient : maskRecipient(recipient);

/** Shards that are read at the same time: what the function's mapping allows. */
const shardsAtOnce = 5;

/** Present once every shard has been judged. */
const estimateView = (
  { openShards, state }: Search,
  shards: readonly SearchProgress[],
): ViewOf<EventSearch>["estimate"] => {
  const estimates = shards.flatMap(({ estimate }) => estimate ?? []);
  const judged = new Set(shards.filter(({ estimate }) => estimate !== undefined).map(({ shard }) => shard));
  const isPlanned = state !== "running" || openShards !== undefined;
  if (!isPlanned || estimates.length === 0 || [...(openShards ?? [])].some((shard) => !judged.has(shard)))
    return undefined;
  const total = estimates.reduce((sum, { readMs }) => sum + readMs, 0);
  const longest = Math.max(...estimates.map(({ readMs }) => readMs));
  return {
    shards: estimates.length,
    records: estimates.reduce((sum, { records }) => sum + records, 0),
    bytes: estimates.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: Math.ceil(Math.max(longest, total / shardsAtOnce) / 1_000),
  };
};

/** From when on every shard was read; undefined when one was not read to its end. */
export const readFrom = (
  { dryRun, from, openShards, state }: Search,
  shards: readonly SearchProgress[],
): string | undefined => {
  const isWhole = state === "finished" && !dryRun && openShards === undefined;
  if (!isWhole || shards.some(({ isStopped, isDone }) => isStopped || !isDone)) return undefined;
  return shards.reduce((latest, { droppedTo = from }) => (droppedTo > latest ? droppedTo : latest), from);
};

/** Webhooks that matches speak of, as far as the caller may see them. */
const webhooksOf = async (
  { webhooks }: ApiDeps,
  { customerId }: Search,
  matches: readonly Match[],
  { subaccount }: Sight,
): Promise<ReadonlyMap<string, Webhook>> => {
  const ids = new Set(matches.flatMap(({ whereabouts = [] }) => whereabouts.map(({ webhookId }) => webhookId)));
  const found = ids.size === 0 ? [] : await webhooks.findMany(customerId, [...ids]);
  const own = found.filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount);
  return new Map(own.map((webhook) => [webhook.webhookId, webhook]));
};

/** A match with what became of it at the webhooks that the caller may see; deleted ones only who acts for all. */
const visibleOf = (match: Match, webhooks: ReadonlyMap<string, Webhook>, { subaccount }: Sight): Match => ({
  ...match,
  whereabouts: (match.whereabouts ?? []).filter(({ webhookId }) => subaccount === "all" || webhooks.has(webhookId)),
});

const batchesOf = async (
  { batches }: ApiDeps,
  matches: readonly Match[],
  now: number,
): Promise<ReadonlyMap<string, BatchSummary>> => {
  const refs = matches.flatMap(({ whereabouts = [] }) =>
    whereabouts.flatMap(({ webhookId, batches: own }) => own.map((batch) => ({ webhookId, ...batch }))),
  );
  const distinct = [...new Map(refs.map((ref) => [ref.batchId, ref])).values()];
  const found = distinct.length === 0 ? [] : await batches.findMany(distinct, now);
  return new Map(found.map((batch) => [batch.batchId, batch]));
};

interface Known {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly batches: ReadonlyMap<string, BatchSummary>;
  readonly sight: Sight;
}

const matchView = (match: Match, known: Known): ViewOf<FoundEvent> => {
  const { fields, text, whereabouts = [] } = match;
  const { isMasked } = known.sight;
  const recipient = fields["rcpt_to"] ?? fields["sms_dst"];
  const event = text === undefined ? undefined : exactJsonOf(text);
  const recipients = [...recipientsIn(fields), ...recipientsIn(event)];
  const shown = isMasked ? maskerFor(recipients).event(event) : event;
  const shownText = shownBy(isMasked, recipients);
  return {
    type: match.type,
    event_id: shownText(fields["event_id"]),
    message_id: shownText(fields["message_id"]),
    transmission_id: shownText(fields["transmission_id"]),
    recipient: recipientBy(isMasked, recipient),
    campaign_id: shownText(fields["campaign_id"]),
    subaccount_id: match.subaccountId,
    timestamp: shownText(fields["timestamp"]),
    arrived_at: new Date(match.arrivedAt).toISOString(),
    bytes: match.bytes,
    event: isObject(shown) ? shown : undefined,
    looked_up: match.isLookedUp ?? false,
    looked_up_at: match.lookedUpAt,
    webhooks_total: match.takers,
    webhooks: whereabouts.map((found) => atWebhookView(found, known)),
  };
};

const atWebhookView = (
  { webhookId, batches, isCut, isExact, missing }: Whereabouts,
  known: Known,
): ViewOf<EventAtWebhook> => {
  const webhook = known.webhooks.get(webhookId);
  return {
    webhook_id: webhookId,
    name: webhook?.name,
    target: webhook?.maskedSettings.target,
    exact: isExact,
    truncated: isCut,
    batches: batches.map((batch) => foundBatchView(batch, known.batches.get(batch.batchId))),
    missing,
  };
};

const foundBatchView = (
  { batchId, createdAt }: BatchPosition,
  batch: BatchSummary | undefined,
): ViewOf<FoundBatch> => ({
  batch_id: batchId,
  state: batch?.state,
  created_at: createdAt,
  events: batch?.events,
  attempts: batch?.attempts,
  response_code: batch?.lastAttempt?.status,
  reason: batch?.lastAttempt?.reason,
  last_attempt_at: batch?.lastAttempt?.at,
  latency_ms: batch?.lastAttempt?.durationMs,
  next_attempt_at: batch?.nextAttemptAt,
  expires_at: batch?.expiresAt,
  ended_at: batch?.endedAt,
  split_into: batch?.splitInto,
  replay_id: batch?.replayId,
});
