/**
 * What functions reach outside of themselves: one interface for each store, and the one way out to targets. An adapter fills
 * it; a function takes the part that it uses, as `Pick<BatchStore, "claim" | "recordParked">`. A method of a store throws when
 * the store cannot be reached.
 */
import type { PendingBatches } from "#shared/delivery/pending-batches.ts";
import type { QueueMessage } from "./contract/chain-message.ts";
import type { BodyPlace } from "./contract/delivery-message.ts";
import type { BatchState, ExpiryReason, FailureReason } from "./contract/words.ts";
import type { ApiKey, NewApiKey } from "./api-key.ts";
import type { EncodedBody } from "./delivery/body.ts";
import type { Breaker } from "./delivery/breaker.ts";
import type { DeliveryFact, DeliveryHour, DetailedHour, MinutedHour } from "./delivery/hours.ts";
import type { OutboundRequest, TargetAnswer, TokenAnswer } from "./delivery/outbound.ts";
import type {
  AgainClaim,
  AgainRequest,
  AttemptRecord,
  BatchOrigin,
  BatchPosition,
  BatchRecord,
  BatchRef,
  BatchSummary,
  Claim,
  ClaimRequest,
  Delivered,
  Parking,
  RestExpiry,
  RestRecord,
} from "./delivery/record.ts";
import type { QuarantinedRecord } from "./events/decode-record.ts";
import type { DeliverySettings, Oauth2 } from "./webhooks/settings.ts";
import type { AttemptNote, SettingsRevision, Webhook, WebhookHealth } from "./webhooks/webhook.ts";

/** Records of batches and their attempts. Times that are numbers are Unix milliseconds. */
export interface BatchStore {
  readonly find: (ref: BatchRef) => Promise<BatchRecord | undefined>;
  /**
   * Claims an attempt, unless the batch has ended, or another copy is ahead: of several copies of a message one makes the
   * POST. A claim ends by itself, so that a crash between claim and record leads to another attempt.
   */
  readonly claim: (request: ClaimRequest) => Promise<Claim>;
  /** Records that a batch which somebody had claimed waits: no attempt is made before `nextAttemptAt`. */
  readonly recordParked: (ref: BatchRef, parking: Parking) => Promise<void>;
  /** Records a delivered batch, and how its body is kept. Final, whatever else is under way. */
  readonly recordDelivered: (ref: BatchRef, attempt: AttemptRecord, end: Delivered) => Promise<void>;
  /** Claims that a delivered batch is sent again for this time, of which one POST is made, as `claim` does. */
  readonly claimAgain: (request: AgainRequest) => Promise<AgainClaim>;
  /** Records that. The batch stays delivered, and its counts of attempts as they are. */
  readonly recordAgain: (ref: BatchRef, attempt: AttemptRecord, again: number) => Promise<void>;
  /** Counts that a batch is sent to a URL of somebody's own; false when that was done so often already. */
  readonly countSentElsewhere: (ref: BatchRef, most: number) => Promise<boolean>;
  /** Records a failed attempt whose next step is already on the queue. */
  readonly recordFailed: (ref: BatchRef, attempt: AttemptRecord, nextAttemptAt: number | undefined) => Promise<void>;
  /** Records that two smaller batches, which are on the queue, have taken a batch's place. */
  readonly recordSplit: (ref: BatchRef, attempt: AttemptRecord, splitInto: readonly string[]) => Promise<void>;
  /** Notes at a batch that was split that its target has taken a part of it. */
  readonly notePartDelivered: (root: BatchRef) => Promise<void>;
  /** Whether the target of a batch that was split has taken a part of it. */
  readonly hasPartDelivered: (root: BatchRef) => Promise<boolean>;
  /** Records that a batch's retry window has passed, or why it expires before that. */
  readonly recordExpired: (ref: BatchRef, at: number, reason?: ExpiryReason) => Promise<void>;
  /** Records that what is left of a chain waits, as one. */
  readonly recordRestParked: (rest: RestRecord, nextAttemptAt: number) => Promise<void>;
  /** Records that what is left of a chain has expired; false when that is recorded already. */
  readonly recordRestExpired: (rest: RestRecord, end: RestExpiry) => Promise<boolean>;
  /** Records that what was left of a chain, and had expired, was cut into batches by a replay after all. */
  readonly recordRestCut: (ref: BatchRef, cut: { readonly replayId: string }) => Promise<void>;
  /** Removes the record of a rest that waited: it is being cut into batches. */
  readonly removeRest: (ref: BatchRef) => Promise<void>;
}

/** Which batches of a webhook to list. Times are ISO 8601 in UTC and concern the batches' creation. */
export interface BatchListQuery {
  readonly webhookId: string;
  /** Only batches that have failed at least once. */
  readonly failedOnly?: boolean;
  /** Absent: every state. */
  readonly states?: readonly BatchState[] | undefined;
  /** Only batches whose last attempt failed for one of these reasons. Absent: any. */
  readonly reasons?: readonly FailureReason[] | undefined;
  /** @default newest */
  readonly first?: "newest" | "oldest" | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
  /** Only what comes after this place. */
  readonly after?: BatchPosition | undefined;
  readonly limit: number;
  /** Unix milliseconds; batches past their time to live are left out, whether swept or not. */
  readonly now: number;
}

/** Which batches of a webhook to look at. Times are ISO 8601 and concern the batches' creation. */
export interface BatchOriginQuery {
  readonly webhookId: string;
  readonly shard: string;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive; absent: until now. */
  readonly to?: string;
  /** Only what comes after this place. */
  readonly after?: BatchPosition | undefined;
  /** Unix milliseconds; batches past their time to live are left out. */
  readonly now: number;
}

export interface BatchPage {
  readonly batches: readonly BatchSummary[];
  /** Where the next page begins; absent when nothing follows. */
  readonly next?: BatchPosition;
}

/** The same records, for lists and by id. `now` is Unix milliseconds. */
export interface BatchListing {
  /**
   * A page is full, or is the last, or, when few of very many batches match, holds what was found within the bound and
   * says where to go on.
   */
  readonly list: (query: BatchListQuery) => Promise<BatchPage>;
  /** Whether anything waits for a webhook's target. */
  readonly hasPending: (webhookId: string, now: number) => Promise<boolean>;
  /**
   * Counts what waits for a webhook's target; of very many batches those that expire first. With `slotMs` it says how many
   * expire in each stretch of so many milliseconds.
   */
  readonly countPending: (webhookId: string, now: number, slotMs?: number) => Promise<PendingBatches>;
  /** One batch of a webhook by its id. */
  readonly findById: (webhookId: string, batchId: string, now: number) => Promise<BatchRecord | undefined>;
  /** Batches of a webhook by their keys, in any order; those that are gone are left out. */
  readonly findMany: (refs: readonly BatchRef[], now: number) => Promise<readonly BatchSummary[]>;
  /**
   * Where the batches of a webhook that came from one shard stand on it, those created last first. A page may hold nothing and
   * have one behind it.
   */
  readonly listOrigins: (query: BatchOriginQuery) => Promise<{
    readonly origins: readonly BatchOrigin[];
    readonly next?: BatchPosition;
  }>;
  /** One batch by its id, whatever webhook it belongs to. */
  readonly findAnywhere: (batchId: string, now: number) => Promise<BatchRecord | undefined>;
}

interface BatchIds {
  readonly webhookId: string;
  readonly batchId: string;
  /** A batch that was formed again has a body of its own, which no message from before its expiry can remove. */
  readonly recovery?: number;
}

/** Compressed bodies of batches: a small one travels inside its message, a large one is an object. */
export interface BodyStore {
  /** Finds a place for a body that its batch determines. */
  readonly place: (body: BatchIds & { readonly body: EncodedBody }) => Promise<BodyPlace>;
  /** Takes a body out of its message, so that others than the message's receiver can read it. */
  readonly keep: (batch: BatchIds & { readonly body: BodyPlace }) => Promise<BodyPlace>;
  /** Where the body of a batch is while it waits, or undefined when it is gone. */
  readonly find: (batch: BatchIds) => Promise<BodyPlace | undefined>;
  /** The compressed body, or undefined when it is gone. */
  readonly load: (place: BodyPlace) => Promise<EncodedBody | undefined>;
  /** Deletes the object that a body was stored as, if it was; one inside a message goes with the message. */
  readonly remove: (batch: BatchIds & { readonly body: BodyPlace }) => Promise<void>;
}

/** Data of the stream that could not be decoded, or not be handed over. */
export interface QuarantineStore {
  /** Puts a record aside. Doing it again writes the same. */
  readonly put: (record: QuarantinedRecord) => Promise<void>;
}

/** Webhooks and hours (their starts, ISO 8601) whose counters are wanted. */
interface WantedHours {
  readonly customerId: string;
  readonly webhookIds: readonly string[];
  readonly hours: readonly string[];
}

/** Counters of what happens to batches, by hour. */
export interface DeliveryHourStore {
  readonly count: (fact: DeliveryFact) => Promise<void>;
  /** What summaries need of the counters of some webhooks in some hours; hours without deliveries are left out. */
  readonly find: (wanted: WantedHours) => Promise<readonly DeliveryHour[]>;
  /** All that is counted of them. */
  readonly findWhole: (wanted: WantedHours) => Promise<readonly MinutedHour[]>;
  /** The sum of an hour's counters over those webhooks of a customer that are counted; undefined without any. */
  readonly sum: (
    customerId: string,
    hour: string,
    isCounted: (webhookId: string) => boolean,
  ) => Promise<DetailedHour | undefined>;
  /** What summaries need of the counters of all webhooks of a customer from an hour on. */
  readonly list: (customerId: string, fromHour: string) => Promise<readonly DeliveryHour[]>;
  /** When (ISO 8601) a batch last expired, by webhook, of those of a customer of which one has since then, a day at most. */
  readonly listExpiries: (customerId: string, since: string) => Promise<ReadonlyMap<string, string>>;
}

/** Webhooks, and what they remember of their deliveries. */
export interface WebhookStore {
  /** Stores a new webhook; false, and nothing changed, when there is one of that id. */
  readonly create: (webhook: Webhook) => Promise<boolean>;
  /**
   * Stores what the API manages of a changed webhook; false, and nothing changed, when it does not have the expected
   * revision any more. What delivery notes stays, but of a new target neither speed nor turns are known.
   */
  readonly replace: (changed: Webhook, expectedRevision: number, to?: { isNewTarget: boolean }) => Promise<boolean>;
  readonly find: (customerId: string, webhookId: string) => Promise<Webhook | undefined>;
  /** All webhooks of a customer. */
  readonly list: (customerId: string) => Promise<readonly Webhook[]>;
  /** Some webhooks of a customer, in any order; those that are gone are left out. */
  readonly findMany: (customerId: string, ids: readonly string[]) => Promise<readonly Webhook[]>;
  /** Rises with every webhook of a customer that the API creates, changes or deletes; not with what delivery notes. */
  readonly readFleetVersion: (customerId: string) => Promise<number>;
  /** Deletes a webhook; false, and nothing changed, when it is gone or does not have the expected revision any more. */
  readonly remove: (customerId: string, webhookId: string, expectedRevision?: number) => Promise<boolean>;
  /** What delivery looks at; undefined when the webhook is gone. */
  readonly readHealth: (customerId: string, webhookId: string) => Promise<WebhookHealth | undefined>;
  /**
   * Stores a breaker, and notes the attempt that has changed it, if one has; false, and nothing changed, when another change was
   * faster or the webhook is gone.
   */
  readonly changeBreaker: (change: {
    readonly customerId: string;
    readonly webhookId: string;
    readonly breaker: Breaker;
    readonly expectedRevision: number;
    readonly note?: AttemptNote;
  }) => Promise<boolean>;
  /** Notes an attempt. Does nothing when the webhook is gone, or a later one is noted. */
  readonly noteAttempt: (
    note: AttemptNote & { readonly customerId: string; readonly webhookId: string },
  ) => Promise<void>;
}

/** How many webhooks each customer has. */
export interface WebhookCounts {
  /** Counts one more webhook; false, and nothing changed, when the customer has as many as there may be. */
  readonly add: (customerId: string, counted: CountedWebhooks, max: number) => Promise<boolean>;
  /** Counts one less. */
  readonly subtract: (customerId: string, counted: CountedWebhooks) => Promise<void>;
}

/** All webhooks of a customer, or those that have a filter, fields or a mask. */
export type CountedWebhooks = "all" | "content";

/** Delivery settings by webhook and revision. A revision never changes. */
export interface SettingsStore {
  /** Stores a revision; false, and nothing changed, when that revision exists already. */
  readonly put: (revision: SettingsRevision) => Promise<boolean>;
  readonly find: (webhookId: string, revision: number) => Promise<DeliverySettings | undefined>;
  /** Lets every revision of a webhook but `keep` end at `ttl` (Unix seconds); those that already have an end keep it. */
  readonly retire: (webhookId: string, options: { readonly keep?: number; readonly ttl: number }) => Promise<void>;
}

/** API keys by hash. */
export interface ApiKeyStore {
  readonly find: (keyHash: string) => Promise<ApiKey | undefined>;
  readonly put: (key: NewApiKey) => Promise<void>;
  /** A customer's key by its id, as it is now. */
  readonly findById: (customerId: string, id: string) => Promise<ApiKey | undefined>;
  /** All keys of a customer. */
  readonly list: (customerId: string) => Promise<readonly ApiKey[]>;
  /** Stores a key's label and grants; false, and nothing changed, when it is gone or another change came before. */
  readonly change: (before: ApiKey, after: Pick<ApiKey, "label" | "grants">) => Promise<boolean>;
  /** Notes that a key was used `at`, unless it is gone or a use was noted at `unlessSince` or later (ISO 8601). */
  readonly noteUse: (keyHash: string, use: { readonly at: string; readonly unlessSince: string }) => Promise<void>;
  /** Deletes a key; false when it is gone already. */
  readonly remove: (keyHash: string) => Promise<boolean>;
}

/** A message that a queue does not take however often it is sent. */
export type RefusedMessage = Readonly<Record<"batchId" | "problem", string>>;

/** A queue of batches and chains. Delays are seconds from 0 to 900. */
export interface DeliveryQueue {
  /** Sends all messages, each to show after its delay; throws when one could not be sent. */
  readonly sendAllDelayed: (
    messages: readonly { readonly message: QueueMessage; readonly delaySeconds: number }[],
  ) => Promise<void>;
  /**
   * Sends all messages but those that the queue will never take, which it returns with the queue's reason; throws when
   * another could not be sent.
   */
  readonly sendAll: (messages: readonly QueueMessage[]) => Promise<readonly RefusedMessage[]>;
  readonly send: (message: QueueMessage, delaySeconds: number) => Promise<void>;
}

/** Outbound HTTP. Never throws for what a target does. */
export interface Targets {
  readonly post: (request: OutboundRequest) => Promise<TargetAnswer>;
}

/** Requests OAuth 2 access tokens. Never throws for what a token endpoint does. */
export interface TokenEndpoint {
  readonly request: (auth: Oauth2) => Promise<TokenAnswer>;
}
