import { compileRouter, type Router } from "#shared/domain/routing.ts";
import type { Subscription } from "#shared/domain/webhook.ts";

interface Webhooks {
  readonly list: (customerId: string) => Promise<readonly Subscription[]>;
}

export interface RouterCacheOptions {
  readonly webhooks: Webhooks;
  /** Definitions older than this are read again. */
  readonly maxAgeMs: number;
  readonly now: () => number;
}

/** Compiled routers by customer, so that a warm function does not read the definitions for every window. */
export const routerCache = ({ webhooks, maxAgeMs, now }: RouterCacheOptions) => {
  const routers = new Map<string, { readonly router: Router; readonly readAt: number }>();
  return {
    routerOf: async (customerId: string): Promise<Router> => {
      const readAt = now();
      const cached = routers.get(customerId);
      if (cached !== undefined && readAt - cached.readAt < maxAgeMs) return cached.router;
      for (const [customer, entry] of routers) if (readAt - entry.readAt >= maxAgeMs) routers.delete(customer);
      const router = compileRouter(await webhooks.list(customerId));
      routers.set(customerId, { router, readAt });
      return router;
    },
  };
};
