import { expect, it } from "vitest";
import { documentation } from "#shared/events/catalogue/documentation.ts";
import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { fieldDictionary, type FieldName } from "#shared/events/catalogue/field-dictionary.ts";
import { sesFields } from "#shared/events/catalogue/ses-fields.ts";
import { jsonType } from "../event-catalogue/json-type.ts";
import { deliveryDelay, everyDocument } from "./documents.ts";
import { eventsOf } from "./mapping.ts";

const events = [...Object.values(everyDocument), deliveryDelay({ remoteMtaIp: "203.0.113.9" })].flatMap((document) =>
  eventsOf(document),
);

it("the catalogue names the fields that documents give, and no other", () => {
  const found = new Map<string, Set<string>>();
  for (const { fields } of events) {
    const type = String(fields["type"]);
    found.set(type, new Set([...(found.get(type) ?? []), ...Object.keys(fields)]));
  }
  for (const key of eventKeys) expect([...(found.get(key) ?? [])].toSorted()).toEqual(sesFields(key).toSorted());
});

it("events have the class and their fields the types of the catalogue", () => {
  for (const { eventClass, fields } of events) {
    expect(eventClass).toBe(eventDefinitions[fields["type"] as EventKey].eventClass);
    for (const [name, value] of Object.entries(fields)) {
      expect(jsonType(value), name).toBe(fieldDictionary[name as FieldName].type);
    }
  }
});

it("the documentation marks what Amazon SES gives", () => {
  const { events: documented } = documentation().message_event;
  expect(documented["bounce"]?.description).toMatch(/ Amazon SES also reports it\.$/);
  expect(documented["sms_status"]?.description).not.toContain("Amazon SES");
  expect(documented["bounce"]?.event["bounce_class"]?.description).toMatch(/ Amazon SES also gives it\.$/);
  expect(documented["bounce"]?.event["rcpt_hash"]?.description).not.toContain("Amazon SES");
});
