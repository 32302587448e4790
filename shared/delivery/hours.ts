import type { FailureReason } from "#shared/contract/words.ts";

export const hourMs = 60 * 60 * 1_000;
/** Hours that a summary covers, the current one included. */
const summaryHours = 24;

/** What happened to a batch, as it is counted. Times are Unix milliseconds. */
export interface DeliveryFact {
  readonly customerId: string;
  readonly webhookId: string;
  readonly at: number;
  readonly what:
    | {
        readonly kind: "delivered";
        readonly events: number;
        readonly durationMs: number;
        readonly status?: number;
        readonly eventTypes?: Readonly<Record<string, number>>;
      }
    | {
        readonly kind: "failed";
        readonly attempt: number;
        readonly reason: FailureReason;
        readonly durationMs: number;
        readonly status?: number | undefined;
      }
    | { readonly kind: "expired" };
}

/** What happened to the batches of one webhook in one hour, as summaries of many webhooks need it. */
export interface DeliveryHour {
  readonly webhookId: string;
  /** Start of the hour, ISO 8601. */
  readonly hour: string;
  /** Delivered batches. */
  readonly delivered: number;
  /** Batches whose first attempt failed. */
  readonly failed: number;
  readonly failedAttempts: number;
  readonly expired: number;
  /** Events of the delivered batches. */
  readonly events: number;
  /** Of all attempts, delivered or not. */
  readonly latencies: LatencyHistogram;
  /** Time of the hour's first failure or expiry, ISO 8601. */
  readonly firstFailureAt?: string;
  /** Reason of the hour's last failed attempt. */
  readonly lastReason?: FailureReason;
  /** Time of the hour's last expiry, ISO 8601. */
  readonly lastExpiredAt?: string;
}

/** The same by what there are many kinds of. */
export interface DetailedHour extends DeliveryHour {
  /** Attempts by the status of the target's answer. */
  readonly statuses: Counts;
  /** Failed attempts by reason. */
  readonly reasons: Counts;
  /** Events of the delivered batches by type; batches of earlier versions do not count. */
  readonly eventTypes: Counts;
}

/** The same by the minute as well. */
export interface MinutedHour extends DetailedHour {
  /** The hour's minutes with traffic, in any order; those that earlier versions counted are missing. */
  readonly minutes: readonly DeliveryMinute[];
}

/** What happened to the batches of one webhook in one minute. */
export interface DeliveryMinute {
  /** Start of the minute, ISO 8601. */
  readonly minute: string;
  readonly delivered: number;
  readonly failed: number;
  readonly failedAttempts: number;
  readonly expired: number;
  readonly events: number;
  /** Milliseconds of all attempts together. */
  readonly durationMs: number;
}

/** How many there are of each kind. */
export type Counts = Readonly<Record<string, number>>;

/** One of the hours of a summary, also of an hour without deliveries. */
interface DeliveryBucket extends Pick<
  DeliveryHour,
  "hour" | "delivered" | "failed" | "failedAttempts" | "expired" | "events"
> {
  readonly p95Ms: number | undefined;
}

/** Start of the hour of a time (Unix milliseconds), ISO 8601. */
export const hourOf = (at: number): string => new Date(Math.floor(at / hourMs) * hourMs).toISOString();

/** The hours of a summary, oldest first. */
export const hoursUntil = (now: number): readonly string[] => hoursBetween(now - (summaryHours - 1) * hourMs, now);

/** The hours from that of one time until that of another (Unix milliseconds), oldest first. */
export const hoursBetween = (from: number, until: number): readonly string[] => {
  const first = Math.floor(from / hourMs);
  const count = Math.floor(until / hourMs) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => hourOf((first + index) * hourMs));
};

/** One bucket for each of the hours. */
export const bucketsOf = (hours: readonly string[], counted: readonly DeliveryHour[]): readonly DeliveryBucket[] => {
  const byHour = new Map(counted.map((entry) => [entry.hour, entry]));
  return hours.map((hour) => {
    const {
      delivered = 0,
      failed = 0,
      failedAttempts = 0,
      expired = 0,
      events = 0,
      latencies = {},
    } = byHour.get(hour) ?? {};
    return { hour, delivered, failed, failedAttempts, expired, events, p95Ms: latencyPercentile([latencies], 0.95) };
  });
};

/**
 * Upper bounds of the slots that latencies are counted in, in milliseconds: about five to a decade, with the limit of 6 s
 * as one of them and one right after it for what the limit ended. What is slower than the last bound counts there.
 */
export const latencyBoundsMs = [
  10, 15, 25, 40, 60, 100, 150, 250, 400, 600, 1_000, 1_500, 2_500, 4_000, 6_000, 7_000, 10_000, 15_000, 25_000,
] as const;

export type LatencyBound = (typeof latencyBoundsMs)[number];

/** How many latencies fell into each slot, by its bound; a slot without any may be absent. */
export type LatencyHistogram = Readonly<Partial<Record<LatencyBound, number>>>;

const lastBound = latencyBoundsMs[latencyBoundsMs.length - 1] ?? 25_000;

/** Slot of a latency. */
export const latencyBoundOf = (durationMs: number): LatencyBound =>
  latencyBoundsMs.find((bound) => durationMs <= bound) ?? lastBound;

/** The bound that a share (0 to 1) of the latencies does not exceed; undefined when there are none. */
export const latencyPercentile = (histograms: readonly LatencyHistogram[], share: number): number | undefined => {
  const slots = latencyBoundsMs.map((bound) => ({
    bound,
    count: histograms.reduce((sum, histogram) => sum + (histogram[bound] ?? 0), 0),
  }));
  const total = slots.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { bound, count } of slots) {
    below += count;
    if (total > 0 && below >= share * total) return bound;
  }
  return undefined;
};
