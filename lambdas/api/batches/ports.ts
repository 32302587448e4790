import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { BatchPosition, BatchRecord, BatchSummary } from "#shared/delivery/record.ts";
import type { BatchState, FailureReason } from "#shared/contract/words.ts";
import type { DeliveryHour } from "#shared/delivery/hours.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";

/** What the routes about batches read. */
export interface BatchDeps {
  readonly batches: Batches;
  readonly bodies: Bodies;
  readonly deliveryHours: DeliveryHours;
  readonly retries: RetryQueue;
}

/** What waits for a webhook's target. */
export interface Pending {
  readonly batches: number;
  readonly events: number;
  /** Creation of the oldest batch that was counted, ISO 8601. */
  readonly oldestAt?: string;
  /** When the first of them expires, ISO 8601. */
  readonly nextExpiryAt?: string;
  /** False when there are more batches than were counted. */
  readonly isComplete: boolean;
}

interface Batches {
  /** A page of a webhook's batches. */
  readonly list: (query: {
    readonly webhookId: string;
    readonly failedOnly?: boolean;
    readonly states?: readonly BatchState[] | undefined;
    /** Only batches whose last attempt failed for one of these reasons. */
    readonly reasons?: readonly FailureReason[] | undefined;
    /** @default newest */
    readonly first?: "newest" | "oldest" | undefined;
    /** ISO 8601, inclusive. */
    readonly from?: string | undefined;
    /** ISO 8601, exclusive. */
    readonly to?: string | undefined;
    readonly after?: BatchPosition | undefined;
    readonly limit: number;
    /** Unix milliseconds. */
    readonly now: number;
  }) => Promise<{ readonly batches: readonly BatchSummary[]; readonly next?: BatchPosition }>;
  readonly countPending: (webhookId: string, now: number) => Promise<Pending>;
  readonly findById: (webhookId: string, batchId: string, now: number) => Promise<BatchRecord | undefined>;
}

/** Bodies of batches that wait. */
interface Bodies {
  /** Where the body of a batch that waits is, or undefined when it is gone. */
  readonly find: (batch: { readonly webhookId: string; readonly batchId: string }) => Promise<BodyPlace | undefined>;
  readonly load: (place: BodyPlace) => Promise<EncodedBody | undefined>;
}

interface RetryQueue {
  readonly send: (message: DeliveryMessage, delaySeconds: number) => Promise<void>;
}

interface DeliveryHours {
  /** Counters of one webhook in some hours; hours without deliveries are left out. */
  readonly find: (wanted: {
    readonly customerId: string;
    readonly webhookId: string;
    readonly hours: readonly string[];
  }) => Promise<readonly DeliveryHour[]>;
  /** Counters of all webhooks of a customer from an hour on. */
  readonly list: (customerId: string, fromHour: string) => Promise<readonly DeliveryHour[]>;
}
