import { LRUCache } from "lru-cache";
import { type Batch, type Window, cutBatches } from "#shared/delivery/batch.ts";
import { type QuarantinedRecord, type Undecodable, damagedFrame, isFrame } from "#shared/events/decode-record.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import { type Router, compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { WebhookStore } from "#shared/stores.ts";
import type { WindowRecord } from "./window.ts";

interface FormedBatches {
  readonly batches: readonly Batch[];
  /** Events that no webhook takes. */
  readonly unrouted: number;
  /** Records with pieces that could not be read. */
  readonly quarantined: readonly QuarantinedRecord[];
}

/** Routes a window's events to the webhooks of their customers and cuts them into batches. */
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
  const taken = new Map<Subscription, RoutedEvent[]>();
  const quarantined: QuarantinedRecord[] = [];
  let unrouted = 0;
  const take = (event: RoutedEvent, router: Router): void => {
    const subscriptions = router(event);
    if (subscriptions.length === 0) unrouted += 1;
    for (const subscription of subscriptions) {
      const events = taken.get(subscription);
      if (events === undefined) taken.set(subscription, [event]);
      else events.push(event);
    }
  };
  for (const { items, pieces, ...place } of records) {
    const damaged: Undecodable[] = [];
    for (const item of items) {
      const router = routers.get(item.customerId) ?? takenByNobody;
      if (!isFrame(item)) take(item, router);
      else if (item.routes.every((route) => router(route).length === 0)) unrouted += item.events;
      else {
        const opened = openFrame(item);
        if (opened.kind === "damaged") damaged.push(damagedFrame(item, opened.problem));
        else for (const event of opened.events) take(event, router);
      }
    }
    if (pieces.length + damaged.length > 0) quarantined.push({ ...place, pieces: [...pieces, ...damaged] });
  }
  const batches = Array.from(taken, ([subscription, events]) => cutBatches({ subscription, window, events }));
  return { batches: batches.flat(), unrouted, quarantined };
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
