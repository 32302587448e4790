import pLimit from "p-limit";
import type { PendingBatches } from "#shared/delivery/pending-batches.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import type { ApiDeps } from "../deps.ts";
import type { FleetRow } from "./page.ts";

/** What waits for a webhook. */
interface KnownPending {
  readonly id: string;
  readonly pending: PendingBatches;
  /** Whether this request has looked; what an earlier one saw may be over. */
  readonly isFresh: boolean;
}

/** What waits for the webhooks of a fleet, as far as it was looked at. */
interface FleetPending {
  readonly known: readonly KnownPending[];
  /** False while not all webhooks were looked at for which a batch may wait. */
  readonly isComplete: boolean;
}

/** Webhooks that one request looks at, so that 10,000 that all fail do not take 10,000 queries. */
const maxLooks = 200;
/** Queries at a time. */
const concurrency = 20;
/** Slots of a retry window: a quarter of an hour each of four hours. */
const slotsOfWindow = 16;

/**
 * What waits for those webhooks for which a batch may wait. Each request looks at some of them, at those first that nobody has
 * looked at, which fail for the longest time, then at those that were looked at the longest time ago.
 */
export const readPending = async (
  deps: Pick<ApiDeps, "batches" | "clock" | "kept" | "now">,
  rows: readonly FleetRow[],
): Promise<FleetPending> => {
  const now = deps.now();
  const slotMs = retryWindowMs / deps.clock.scale / slotsOfWindow;
  const { pending: kept } = deps.kept;
  const candidates = rows.filter(({ mayWait }) => mayWait);
  const order = candidates.toSorted(
    (a, b) =>
      (kept.get(a.id)?.readAt ?? 0) - (kept.get(b.id)?.readAt ?? 0) || (a.lastSuccessful < b.lastSuccessful ? -1 : 1),
  );
  const limit = pLimit(concurrency);
  await Promise.all(
    order.slice(0, maxLooks).map(async ({ id }) => {
      const pending = await limit(() => deps.batches.countPending(id, now, slotMs));
      kept.set(id, { pending, readAt: now });
    }),
  );
  const known = candidates.flatMap(({ id }) => {
    const found = kept.get(id);
    return found === undefined ? [] : [{ id, pending: found.pending, isFresh: found.readAt === now }];
  });
  return { known, isComplete: known.length === candidates.length && known.every(({ pending }) => pending.isComplete) };
};

/** What will be lost when, and by which webhooks, the first of them first. Times are Unix milliseconds. */
export const atRisk = (
  { known, isComplete }: FleetPending,
  { now, windowMs }: { readonly now: number; readonly windowMs: number },
) => {
  const slotMs = windowMs / slotsOfWindow;
  const first = Math.floor(now / slotMs) * slotMs;
  const waiting = known.filter(({ pending }) => pending.batches > 0);
  const slots = Array.from({ length: slotsOfWindow + 1 }, (_, index) => {
    const at = first + index * slotMs;
    const found = waiting.map(({ pending }) => pending.slots?.get(at) ?? nothing);
    return { at: new Date(at).toISOString(), batches: sumOf(found, "batches"), events: sumOf(found, "events") };
  });
  const expiring = waiting
    .flatMap((found) => {
      const { nextExpiryAt } = found.pending;
      const at = nextExpiryAt === undefined ? undefined : Date.parse(nextExpiryAt);
      return at === undefined ? [] : [{ ...found, at, halfTimeAt: at - windowMs / 2 }];
    })
    .toSorted((a, b) => a.at - b.at);
  return {
    webhooks: waiting.length,
    batches: sumOf(
      waiting.map(({ pending }) => pending),
      "batches",
    ),
    events: sumOf(
      waiting.map(({ pending }) => pending),
      "events",
    ),
    is_complete: isComplete,
    half_time: expiring.filter(({ halfTimeAt }) => halfTimeAt <= now).length,
    runway: slots,
    first: expiring,
  };
};

interface Waiting {
  readonly batches: number;
  readonly events: number;
}

const nothing: Waiting = { batches: 0, events: 0 };

const sumOf = (all: readonly Waiting[], what: keyof Waiting): number => all.reduce((sum, one) => sum + one[what], 0);
