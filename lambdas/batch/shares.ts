import type { BatchItem } from "#shared/delivery/cut.ts";
import { type EventFields, readFields } from "#shared/events/event-fields.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import { type Content, contentOf } from "#shared/webhooks/content.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";

/** A webhook that takes events of a type, and what it makes of them if it looks into them. */
export interface Taker {
  readonly subscription: Subscription;
  readonly content: Content | undefined;
}

/**
 * Webhooks that take an event, with their contents, those with equal filters side by side and with one filter for all of them.
 * A router answers with the same list for all events of a route.
 */
export const createTakers = (): ((subscriptions: readonly Subscription[]) => readonly Taker[]) => {
  const known = new WeakMap<readonly Subscription[], readonly Taker[]>();
  const filters = new Map<string, Content["admits"]>();
  const takerOf = (subscription: Subscription): Taker => {
    const content = contentOf(subscription);
    if (content === undefined) return { subscription, content };
    const text = JSON.stringify(subscription.filter ?? null);
    const admits = filters.get(text) ?? content.admits;
    filters.set(text, admits);
    return { subscription, content: { ...content, admits } };
  };
  return (subscriptions) => {
    const takers =
      known.get(subscriptions) ??
      [...Map.groupBy(subscriptions.map(takerOf), ({ content }) => content?.admits).values()].flat();
    known.set(subscriptions, takers);
    return takers;
  };
};

/** What became of an event: somebody takes it, nobody does, or those who look into it find no JSON of an event. */
type Given = "taken" | "none" | "unreadable";

/** Gathers what each webhook gets of a window, in order. All share the bytes of what they get. */
export const createShares = () => {
  const shares = new Map<Subscription, BatchItem[]>();

  const give = (subscription: Subscription, item: BatchItem): void => {
    const share = shares.get(subscription);
    if (share === undefined) shares.set(subscription, [item]);
    else share.push(item);
  };

  return {
    shares,
    give,

    /**
     * Gives an event to those of its takers whose filters let it through. It is parsed once, if anybody looks into it, and a filter
     * that takers side by side have in common is asked once.
     */
    giveEvent: (event: RoutedEvent, takers: readonly Taker[]): Given => {
      let fields: EventFields | undefined;
      let asked: Content["admits"] | undefined;
      let isAdmitted = false;
      let isUnreadable = false;
      let given: Given = "none";
      for (const { subscription, content } of takers) {
        if (content !== undefined) {
          if (isUnreadable) continue;
          fields ??= readFields(event);
          isUnreadable = fields === undefined;
          if (fields === undefined) continue;
          if (content.admits !== asked) {
            asked = content.admits;
            isAdmitted = asked(fields, event);
          }
          if (!isAdmitted) continue;
        }
        give(subscription, event);
        given = "taken";
      }
      return isUnreadable ? "unreadable" : given;
    },
  };
};
