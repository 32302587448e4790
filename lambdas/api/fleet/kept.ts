import { LRUCache } from "lru-cache";
import type { DeliveryHour } from "#shared/delivery/hours.ts";
import type { FleetRow } from "./page.ts";

/** All webhooks of a customer, as they were at a time (Unix milliseconds). */
export interface Fleet {
  readonly rows: readonly FleetRow[];
  /** Of the API's changes. */
  readonly version: number;
  readonly readAt: number;
}

/** What an environment of the function keeps. */
export interface FleetCache {
  /** Fleets by customer. */
  readonly fleets: LRUCache<string, Fleet>;
  /** Counters of hours that are over, by webhook and hour. */
  readonly hours: LRUCache<string, DeliveryHour | "nothing">;
}

/** Webhooks of which fleets are kept, all customers together, half a kilobyte each. */
const maxKeptWebhooks = 30_000;
/** Hours of which counters are kept, a kilobyte each: those of 600 webhooks. */
const maxKeptHours = 15_000;

export const createFleetCache = (): FleetCache => ({
  fleets: new LRUCache({ maxSize: maxKeptWebhooks, sizeCalculation: ({ rows }) => Math.max(rows.length, 1) }),
  hours: new LRUCache({ max: maxKeptHours }),
});
