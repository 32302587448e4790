import type { EventDocumentation, EventSample } from "#shared/contract/api/event.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { healthEventKeys } from "#shared/contract/words.ts";

export interface EventChoice {
  readonly type: string;
  readonly name: string;
  readonly description: string;
}

export interface EventCategory {
  readonly id: string;
  readonly name: string;
  readonly choices: readonly EventChoice[];
}

/** The event types by category, as the API documents them: a new type needs no change here. */
export const categoriesOf = (documentation: EventDocumentation): readonly EventCategory[] =>
  Object.entries(documentation).map(([id, { display_name: name, events }]) => ({
    id,
    name: name.replace(/ Events$/, ""),
    choices: Object.entries(events).map(([type, { display_name: choice, description }]) => ({
      type,
      name: choice,
      description,
    })),
  }));

/** Categories with only the types that a text is found in, by name, type, description or category. */
export const matching = (categories: readonly EventCategory[], text: string): readonly EventCategory[] => {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return categories;
  const has = (...texts: readonly string[]): boolean => texts.some((each) => each.toLowerCase().includes(wanted));
  return categories
    .map((category) => ({
      ...category,
      choices: category.choices.filter(({ type, name, description }) => has(category.name, type, name, description)),
    }))
    .filter(({ choices }) => choices.length > 0);
};

/** A selection with one type, or all types of a category, switched on or off; in the order of the catalogue. */
export const withTypes = (
  selected: readonly string[],
  types: readonly string[],
  { on, order }: { readonly on: boolean; readonly order: readonly string[] },
): readonly string[] => {
  const next = new Set(selected);
  for (const type of types) {
    if (on) next.add(type);
    else next.delete(type);
  }
  const known = order.filter((type) => next.has(type));
  return [...known, ...[...next].filter((type) => !order.includes(type))];
};

const healthTypes: ReadonlySet<string> = new Set(healthEventKeys);

/** Whether a webhook takes events of a type. Those about webhooks go only to webhooks that name them. */
export const takesType = (
  { events, events_mode: mode }: Pick<Webhook, "events" | "events_mode">,
  type: string,
): boolean => (mode === "all" && !healthTypes.has(type)) || events.some((key) => key === type);

/** The sample of an event type. */
export const sampleOf = (samples: readonly EventSample[], type: string): EventSample | undefined =>
  samples.find(({ msys }) => Object.values(msys).some((event) => event["type"] === type));
