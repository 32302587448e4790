import { LRUCache } from "lru-cache";
import type { DeliveryHour, DetailedHour } from "#shared/delivery/hours.ts";
import type { PendingBatches } from "#shared/delivery/pending-batches.ts";
import type { FleetRow } from "./page.ts";

/** All webhooks of a customer, as they were at a time (Unix milliseconds). */
export interface Fleet {
  readonly rows: readonly FleetRow[];
  /** Of the API's changes. */
  readonly version: number;
  readonly readAt: number;
}

/** An hour's counters over all webhooks; settled when nothing can come to them any more. */
interface HourSum {
  readonly sum: DetailedHour | "nothing";
  readonly readAt: number;
  readonly isSettled: boolean;
}

/** What an environment of the function keeps. */
export interface FleetCache {
  /** Fleets by customer. */
  readonly fleets: LRUCache<string, Fleet>;
  /** Counters of hours that are over, by webhook and hour. */
  readonly hours: LRUCache<string, DeliveryHour | "nothing">;
  /** Sums of an hour's counters, by customer, the webhooks that count, and hour. */
  readonly sums: LRUCache<string, HourSum>;
  /** What waits, by webhook. */
  readonly pending: LRUCache<string, { readonly pending: PendingBatches; readonly readAt: number }>;
}

/** Webhooks of which fleets are kept, all customers together, half a kilobyte each. */
const maxKeptWebhooks = 30_000;
/** Hours of which counters are kept, a kilobyte each: those of 600 webhooks. */
const maxKeptHours = 15_000;
/** Sums that are kept, a kilobyte or two each: those of 80 customers. */
const maxKeptSums = 2_000;

export const createFleetCache = (): FleetCache => ({
  fleets: new LRUCache({ maxSize: maxKeptWebhooks, sizeCalculation: ({ rows }) => Math.max(rows.length, 1) }),
  hours: new LRUCache({ max: maxKeptHours }),
  sums: new LRUCache({ max: maxKeptSums }),
  pending: new LRUCache({ max: maxKeptWebhooks }),
});
