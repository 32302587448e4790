import { createHash } from "node:crypto";
import pLimit from "p-limit";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { WebhooksOverview } from "#shared/contract/api/overview.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import { type DetailedHour, hourMs, hoursUntil } from "#shared/delivery/hours.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import { metricsView } from "../batches/metrics.ts";
import { summarise } from "../batches/summary.ts";
import type { Answered, ApiDeps, Request } from "../deps.ts";
import { keptMsPerWebhook, minKeptWebhooks, readFleet } from "./fleet.ts";
import { settlingMs } from "./hours.ts";
import type { Fleet } from "./kept.ts";
import { countStates, rowsOf } from "./page.ts";
import { atRisk, readPending } from "./pending.ts";

/** Hours at a time, each of which takes a request for every megabyte of counters. */
const concurrency = 4;
/** No hour is begun later than this: what is missing comes with the next request, as what was read is kept. */
const patienceMs = 5_000;
/** Webhooks that are named of those that lose something. */
const maxNamed = 50;

/**
 * `GET /webhooks/overview`: what happened to the batches of all webhooks in the last 24 hours, and what will be lost when
 * unless targets take it. A request reads a bounded part, and keeps it: the sums of hours that are over are read once.
 */
export const readOverview = async (deps: ApiDeps, request: Request): Promise<Answered<"GET /v1/webhooks/overview">> => {
  const { customerId } = request.caller;
  const subaccount = subaccountOf(request.header("x-msys-subaccount"));
  const fleet = await readFleet(deps, customerId);
  const own = rowsOf(fleet.rows, { subaccount });
  const [hours, risk] = await Promise.all([sumHours(deps, customerId, { fleet, subaccount }), readPending(deps, own)]);
  const { first, ...numbers } = atRisk(risk, { now: deps.now(), windowMs: retryWindowMs / deps.clock.scale });
  return {
    status: 200,
    body: {
      results: {
        ...metricsView({ hours: hours.known, counted: hours.counted, to: deps.now() }),
        is_complete: hours.isComplete,
        ...countStates(own),
        counted_at: new Date(fleet.readAt).toISOString(),
        at_risk: { ...numbers, first: await expiringViews(deps, customerId, first.slice(0, maxNamed)) },
      },
    },
  };
};

/** The sums of the last 24 hours, as many of the newest as there was time for. */
const sumHours = async (
  deps: ApiDeps,
  customerId: string,
  { fleet, subaccount }: { readonly fleet: Fleet; readonly subaccount: Subaccount },
) => {
  const startedAt = deps.now();
  const own = new Set(rowsOf(fleet.rows, { subaccount }).map(({ id }) => id));
  // What webhooks have delivered that were deleted since counts for the customer, but for no sub-account.
  const isCounted = (id: string): boolean => subaccount === "all" || own.has(id);
  // What a sub-account has, which moves change: old sums are of others.
  const counts = subaccount === "all" ? "all" : hashOf([...own]);
  const limit = pLimit(concurrency);
  const read = async (hour: string): Promise<DetailedHour | "nothing" | "unknown"> => {
    const key = JSON.stringify([customerId, counts, hour]);
    const kept = deps.kept.sums.get(key);
    const isSettled = Date.parse(hour) + hourMs + settlingMs <= deps.now();
    const keptMs = own.size < minKeptWebhooks ? 0 : own.size * keptMsPerWebhook;
    const isFresh = kept !== undefined && (kept.isSettled || deps.now() - kept.readAt < keptMs);
    if (isFresh) return kept.sum;
    // Late, an old sum of the present hour is better than none.
    if (deps.now() - startedAt > patienceMs) return kept?.sum ?? "unknown";
    const readAt = deps.now();
    const sum = (await deps.deliveryHours.sum(customerId, hour, isCounted)) ?? "nothing";
    deps.kept.sums.set(key, { sum, readAt, isSettled });
    return sum;
  };
  const newestFirst = hoursUntil(startedAt).toReversed();
  const sums = await Promise.all(newestFirst.map(async (hour) => await limit(() => read(hour))));
  const firstUnknown = sums.indexOf("unknown");
  const isComplete = firstUnknown === -1;
  const known = newestFirst.slice(0, isComplete ? sums.length : firstUnknown).toReversed();
  const counted = sums
    .filter((sum) => sum !== "nothing" && sum !== "unknown")
    .filter(({ hour }) => known.includes(hour));
  return { known, counted, isComplete };
};

const hashOf = (ids: readonly string[]): string => createHash("sha256").update(ids.toSorted().join()).digest("base64");

/** The webhooks that lose a batch first, as they are now. */
const expiringViews = async (
  deps: ApiDeps,
  customerId: string,
  first: ReturnType<typeof atRisk>["first"],
): Promise<ViewOf<WebhooksOverview>["at_risk"]["first"]> => {
  const ids = first.map(({ id }) => id);
  const webhooks = await deps.webhooks.findMany(customerId, ids);
  const hours = hoursUntil(deps.now());
  const counted = await deps.deliveryHours.find({ customerId, webhookIds: ids, hours: hours.slice(-2) });
  const pending = new Map(first.filter(({ isFresh }) => isFresh).map((found) => [found.id, found.pending]));
  const summaries = await summarise(deps, { webhooks, hours, counted, pending });
  const views = new Map(summaries.map((summary) => [summary.id, summary]));
  return first.flatMap(({ id, halfTimeAt }) => {
    const view = views.get(id);
    // Its batches may have been taken meanwhile, or the webhook deleted.
    if (view?.next_expiry_at === undefined) return [];
    const { name, target, state, state_reason, pending_batches, pending_events, pending_is_complete, next_expiry_at } =
      view;
    return [
      {
        id,
        name,
        target,
        state,
        state_reason,
        pending_batches,
        pending_events,
        pending_is_complete,
        half_time_at: new Date(halfTimeAt).toISOString(),
        next_expiry_at,
      },
    ];
  });
};
