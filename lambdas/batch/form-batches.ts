import { LRUCache } from "lru-cache";
import { minFrameEvents } from "#shared/contract/limits.ts";
import { type Batch, type Window, batchIdOf, chainIdOf, closingReason } from "#shared/delivery/batch.ts";
import type { Chain } from "#shared/delivery/chain.ts";
import { type BatchItem, isOneBatch, measure } from "#shared/delivery/cut.ts";
import { type OwnedFrame, type QuarantinedRecord, type Undecodable, frameAside } from "#shared/events/decode-record.ts";
import { countRoutes, isFrame, routeIndexOf } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { type RoutedEvent, bytesOf } from "#shared/events/span.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import { maxHashGrowth } from "#shared/webhooks/selection.ts";
import { type Router, compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { WebhookStore } from "#shared/stores.ts";
import { type Taker, createShares, createTakers } from "./shares.ts";
import type { WindowRecord } from "./window.ts";

interface FormedBatches {
  /** What each webhook gets: one batch, or a chain that `deliver` cuts into several. */
  readonly shares: readonly (Batch | Chain)[];
  /** Events that no webhook takes. */
  readonly unrouted: number;
  /** Records with pieces that could not be read. */
  readonly quarantined: readonly QuarantinedRecord[];
}

/**
 * Routes a window's events to the webhooks of their customers. Frames are routed by what their records say of them. One is
 * opened, once for all, when a webhook takes a part of it, or looks into its events.
 */
export const formBatches = async ({
  window,
  records,
  routerOf,
}: {
  readonly window: Window;
  readonly records: readonly WindowRecord[];
  readonly routerOf: (customerId: string) => Promise<Router>;
}): Promise<FormedBatches> => {
  const routers = await routersOf(records, routerOf);
  const { shares, give, giveEvent } = createShares();
  const takersFor = createTakers();
  let unrouted = 0;
  const formRecord = ({ items, pieces, ...place }: WindowRecord): QuarantinedRecord => {
    const unreadable: Undecodable[] = [...pieces];
    const giveTo = (takers: readonly Taker[], event: RoutedEvent, customerId: string, isTaken = false): void => {
      const given = giveEvent(event, takers);
      if (given === "none" && !isTaken) unrouted += 1;
      if (given !== "unreadable") return;
      unreadable.push({ bytes: bytesOf(event), customerId, problem: "no JSON of an event, as a filter found" });
    };
    for (const item of items) {
      const router = routers.get(item.customerId) ?? takenByNobody;
      if (!isFrame(item)) {
        giveTo(takersFor(router(item)), item, item.customerId);
        continue;
      }
      const { ofAll, ofRoutes, untaken } = takersOf(item, router, takersFor);
      unrouted += untaken;
      for (const taker of ofAll) give(taker, item);
      if (ofRoutes.every((takers) => takers.length === 0)) continue;
      const opened = openFrame(item);
      if (opened.kind === "damaged") {
        unreadable.push(frameAside(item, opened.problem));
        continue;
      }
      for (const [at, event] of opened.events.entries()) {
        const takers = ofRoutes[routeIndexOf(item, at)] ?? [];
        if (takers.length > 0) giveTo(takers, event, item.customerId, ofAll.length > 0);
      }
    }
    return { ...place, pieces: unreadable };
  };
  const quarantined = records.map(formRecord).filter(({ pieces }) => pieces.length > 0);
  return {
    shares: Array.from(shares, ([subscription, items]) => shareOf(subscription, window, items)),
    unrouted,
    quarantined,
  };
};

const shareOf = (subscription: Subscription, window: Window, items: readonly BatchItem[]): Batch | Chain => {
  const { events } = measure(items);
  const origin = { ...window, ...subscription };
  const rewrite = contentOf(subscription)?.rewrite;
  const share = { subscription, window, items, events, ...(rewrite === undefined ? {} : { rewrite }) };
  if (!isOneBatch(items, rewrite === undefined ? subscription : sizesBefore(subscription))) {
    return { ...share, batchId: chainIdOf(origin, 0) };
  }
  const closedBy = closingReason({ events, next: events }, { batchSize: subscription.batchSize, end: events });
  const place = { first: 0, next: events };
  return { ...share, batchId: batchIdOf(origin, { ...place, events }), ...place, closedBy };
};

/** Sizes that events have before they are written anew, if afterwards they are to fit into one batch. */
const sizesBefore = ({ batchSize, maxBatchBytes, mask }: Subscription) => ({
  batchSize,
  maxBatchBytes: mask === undefined ? maxBatchBytes : Math.floor(maxBatchBytes / maxHashGrowth),
});

interface Takers {
  /** Webhooks that take the whole frame as it is. */
  readonly ofAll: readonly Subscription[];
  /** Those that need its events, for each of its routes. */
  readonly ofRoutes: readonly (readonly Taker[])[];
  /** Events that nobody takes. */
  readonly untaken: number;
}

/** Who takes events of a frame. A frame of few events is not worth keeping: many of them would make large bodies. */
const takersOf = (frame: OwnedFrame, router: Router, takersFor: ReturnType<typeof createTakers>): Takers => {
  const takers = frame.routes.map((route) => takersFor(router(route)));
  const routesTaken = new Map<Subscription, number>();
  for (const { subscription, content } of takers.flat()) {
    if (content === undefined) routesTaken.set(subscription, (routesTaken.get(subscription) ?? 0) + 1);
  }
  const isWhole = (taker: Subscription): boolean =>
    frame.events >= minFrameEvents && routesTaken.get(taker) === frame.routes.length;
  const ofAll = [...routesTaken.keys()].filter(isWhole);
  const ofRoutes = takers.map((ofRoute) => ofRoute.filter(({ subscription }) => !isWhole(subscription)));
  return {
    ofAll,
    ofRoutes,
    untaken: countRoutes(frame).reduce((sum, count, at) => (takers[at]?.length === 0 ? sum + count : sum), 0),
  };
};

const takenByNobody: Router = () => [];

const routersOf = async (
  records: readonly WindowRecord[],
  routerOf: (customerId: string) => Promise<Router>,
): Promise<ReadonlyMap<string, Router>> => {
  const customers = new Set<string>();
  for (const { items } of records) for (const { customerId } of items) customers.add(customerId);
  return new Map(await Promise.all(Array.from(customers, async (id) => [id, await routerOf(id)] as const)));
};

interface RouterCacheOptions {
  readonly webhooks: Pick<WebhookStore, "list">;
  /** Definitions older than this are read again; 0: they are never kept. */
  readonly maxAgeMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Customers whose routers are kept: bounds the memory. */
const maxRouters = 5_000;

/** Compiled routers by customer, so that a warm function does not read the definitions for every window. */
export const routerCache = ({ webhooks, maxAgeMs, now }: RouterCacheOptions) => {
  const routers = new LRUCache<string, Router>({
    max: maxRouters,
    perf: { now },
    ttlResolution: 0,
    ignoreFetchAbort: true,
    fetchMethod: async (customerId, _stale, { options }) => {
      const readAt = now();
      const router = compileRouter(await webhooks.list(customerId));
      // Its age counts from the read, and it is not used in the last millisecond.
      options.ttl = Math.max(maxAgeMs - (now() - readAt) - 1, 1);
      return router;
    },
  });
  return {
    routerOf: async (customerId: string): Promise<Router> =>
      await routers.forceFetch(customerId, { forceRefresh: maxAgeMs === 0 }),
  };
};
