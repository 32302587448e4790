import { eventKeyOf, isHealthType } from "#shared/events/catalogue/event-key.ts";
import { type EventRoute, ownerOf } from "#shared/events/span.ts";
import type { EventRules, Subscription } from "./webhook.ts";

/** The webhooks of one customer that take an event. */
export type Router = (event: EventRoute) => readonly Subscription[];

/** Combinations of type and sub-account whose answer a router remembers; more would let a producer fill the memory. */
const rememberedRoutes = 10_000;

/**
 * Compiles one customer's webhooks into a router. What an event costs does not depend on how many webhooks there are:
 * events of one type and sub-account go the same way, and the way is worked out once.
 */
export const compileRouter = (subscriptions: readonly Subscription[]): Router => {
  const active = subscriptions.filter((subscription) => subscription.active);
  const routes = new Map<string, Map<string | undefined, readonly Subscription[]>>();
  let remembered = 0;
  return (event) => {
    // Each is about a webhook of its own: they are few, and would fill the memory.
    if (event.about !== undefined) return active.filter((subscription) => takes(subscription, event));
    const type = withinLength(event.type);
    const subaccountId = event.subaccountId === undefined ? undefined : withinLength(event.subaccountId);
    const known = routes.get(type)?.get(subaccountId);
    if (known !== undefined) return known;
    const takers = active.filter((subscription) => takes(subscription, { type, subaccountId }));
    if (remembered < rememberedRoutes) {
      const ofType = routes.get(type) ?? new Map<string | undefined, readonly Subscription[]>();
      routes.set(type, ofType.set(subaccountId, takers));
      remembered += 1;
    }
    return takers;
  };
};

/** Characters of any type in the catalogue, and of any sub-account, are fewer. */
const maxNameCharacters = 100;

/** A longer name is that of no webhook, whatever it is: one that no webhook has stands for all of them in the memory. */
const withinLength = (name: string): string => (name.length > maxNameCharacters ? "-" : name);

/** Whether a webhook with these rules takes an event while it is active. */
export const takes = (rules: EventRules & Partial<Pick<Subscription, "webhookId">>, event: EventRoute): boolean =>
  takesType(rules, event.type) &&
  takesSubaccount(rules, ownerOf(event)) &&
  // What failed to reach a webhook must not be told to it: each telling could fail and be told again.
  (event.about === undefined || event.about !== rules.webhookId);

const takesType = (subscription: EventRules, type: string): boolean => {
  if (isHealthType(type)) return subscription.events.includes(type);
  if (subscription.eventsMode === "all") return true;
  const key = eventKeyOf(type);
  return key !== undefined && subscription.events.includes(key);
};

const takesSubaccount = (subscription: EventRules, owner: string | undefined): boolean => {
  if (subscription.subaccountId !== undefined) return owner === String(subscription.subaccountId);
  return !(subscription.exceptionSubaccounts ?? []).some((exception) => owner === String(exception));
};
