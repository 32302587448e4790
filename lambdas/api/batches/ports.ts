import type { BatchPosition, BatchRecord, BatchState, BatchSummary } from "#shared/domain/batch-record.ts";
import type { DeliveryHour } from "#shared/domain/delivery-hours.ts";

/** What the routes about batches read. */
export interface BatchDeps {
  readonly batches: Batches;
  readonly deliveryHours: DeliveryHours;
}

interface Batches {
  /** A page of a webhook's batches, newest first. */
  readonly list: (query: {
    readonly webhookId: string;
    readonly failedOnly?: boolean;
    readonly states?: readonly BatchState[] | undefined;
    /** ISO 8601, inclusive. */
    readonly from?: string | undefined;
    /** ISO 8601, exclusive. */
    readonly to?: string | undefined;
    readonly after?: BatchPosition | undefined;
    readonly limit: number;
    /** Unix milliseconds. */
    readonly now: number;
  }) => Promise<{ readonly batches: readonly BatchSummary[]; readonly next?: BatchPosition }>;
  readonly findById: (webhookId: string, batchId: string, now: number) => Promise<BatchRecord | undefined>;
}

interface DeliveryHours {
  /** Counters of all webhooks of a customer from an hour on. */
  readonly list: (customerId: string, fromHour: string) => Promise<readonly DeliveryHour[]>;
}
