import { LRUCache } from "lru-cache";
import { type Batch, type Window, cutBatches } from "#shared/delivery/batch.ts";
import type { OwnedEvent } from "#shared/events/decode-record.ts";
import { type Router, compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { WebhookStore } from "#shared/stores.ts";

interface FormedBatches {
  readonly batches: readonly Batch[];
  /** Events that no webhook takes. */
  readonly unrouted: number;
}

/** Routes a window's events to the webhooks of their customers and cuts them into batches. */
export const formBatches = async (input: {
  readonly window: Window;
  readonly events: readonly OwnedEvent[];
  readonly routerOf: (customerId: string) => Promise<Router>;
}): Promise<FormedBatches> => {
  const routers = new Map<string, Router>();
  const customers = new Set<string>();
  for (const { customerId } of input.events) customers.add(customerId);
  await Promise.all(
    Array.from(customers, async (customerId) => routers.set(customerId, await input.routerOf(customerId))),
  );
  const taken = new Map<Subscription, OwnedEvent[]>();
  let unrouted = 0;
  for (const event of input.events) {
    const subscriptions = routers.get(event.customerId)?.(event) ?? [];
    if (subscriptions.length === 0) unrouted += 1;
    for (const subscription of subscriptions) {
      const events = taken.get(subscription);
      if (events === undefined) taken.set(subscription, [event]);
      else events.push(event);
    }
  }
  const batches = Array.from(taken, ([subscription, events]) =>
    cutBatches({ subscription, window: input.window, events }),
  );
  return { batches: batches.flat(), unrouted };
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
