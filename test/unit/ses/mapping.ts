import { type Mapping, mapDocument, type MappingOptions } from "../../../lambdas/ses/map-document.ts";

export const options: MappingOptions = {
  customerId: "default-customer",
  isCustomerTagTrusted: true,
  tags: { customer: "customer_id", subaccount: "subaccount_id", campaign: "campaign_id" },
};

export const map = (document: unknown, changed: Partial<MappingOptions> = {}): Mapping =>
  mapDocument(document, { ...options, ...changed });

export interface FoundEvent {
  readonly eventClass: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Class and fields of every event that a document becomes; fails when it becomes none. */
export const eventsOf = (document: unknown, changed?: Partial<MappingOptions>): readonly FoundEvent[] => {
  const mapping = map(document, changed);
  if (mapping.kind !== "events") throw new Error(JSON.stringify(mapping));
  return mapping.events.map(({ msys }) => {
    const [[eventClass, fields] = ["", {}], ...more] = Object.entries(msys);
    if (more.length > 0) throw new Error("an event of two classes");
    return { eventClass, fields };
  });
};

/** Fields of the only event that a document becomes. */
export const fieldsOf = (document: unknown, changed?: Partial<MappingOptions>): FoundEvent["fields"] => {
  const [event, ...more] = eventsOf(document, changed);
  if (event === undefined || more.length > 0) throw new Error(`${more.length + 1} events`);
  return event.fields;
};

/** Why a document becomes no event. */
export const problemOf = (document: unknown): string => {
  const mapping = map(document);
  return mapping.kind === "invalid" ? mapping.problem : `(${mapping.kind})`;
};
