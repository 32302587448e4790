import { type Batch, cutBatches, type Window } from "#shared/domain/batch.ts";
import type { OwnedEvent } from "#shared/domain/records/decode-record.ts";
import type { Router } from "#shared/domain/routing.ts";
import type { Subscription } from "#shared/domain/webhook.ts";

export interface FormedBatches {
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
