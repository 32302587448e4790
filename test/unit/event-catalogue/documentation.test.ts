import { describe, expect, test } from "vitest";
import { documentation, ingestDocumentation } from "#shared/events/catalogue/documentation.ts";
import { eventClasses } from "#shared/events/catalogue/event.ts";
import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import { documentedFields } from "#shared/events/catalogue/fields-of-event.ts";
import { eventKeys, healthEventKeys } from "#shared/contract/words.ts";
import { type FieldName, fieldDictionary } from "#shared/events/catalogue/field-dictionary.ts";
import { jsonType } from "./json-type.ts";

const documented = eventKeys.map((key) => {
  const eventClass = documentation()[eventDefinitions[key].eventClass];
  const event = eventClass.events[key];
  if (event === undefined) throw new Error(`${key} is not documented in its class`);
  return { key, event };
});

describe("field dictionary", () => {
  test.each(Object.entries(fieldDictionary))("%s has a sample of its type and a sentence", (_name, field) => {
    expect(jsonType(field.sampleValue)).toBe(field.type);
    expect(field.description).toMatch(/^[A-Z0-9].*\.$/s);
  });

  test("has no field that no event carries, but for the one that no source assigns", () => {
    const used = new Set(eventKeys.flatMap(documentedFields));
    expect(Object.keys(fieldDictionary).filter((name) => !used.has(name as FieldName))).toEqual(["canonical_ids"]);
  });
});

describe("documentation", () => {
  test("lists every class with its names, and every event in exactly one class", () => {
    const classes = documentation();
    expect(Object.keys(classes)).toEqual(Object.keys(eventClasses));
    for (const entry of Object.values(classes)) {
      expect(Object.keys(entry)).toEqual(["display_name", "description", "events"]);
    }
    const keys = Object.values(classes).flatMap(({ events }) => Object.keys(events));
    expect(keys.toSorted()).toEqual([...eventKeys].toSorted());
  });

  test("survives JSON unchanged", () => {
    expect(JSON.parse(JSON.stringify(documentation()))).toEqual(documentation());
  });

  test.each(documented)("$key has names and fields of the dictionary, each once", ({ key, event }) => {
    expect(Object.keys(event)).toEqual(["display_name", "description", "event"]);
    expect(event.description).toMatch(/^[A-Z].*\.$/s);
    const names = documentedFields(key);
    expect(Object.keys(event.event)).toEqual(names);
    expect(names.filter((name) => !Object.hasOwn(fieldDictionary, name))).toEqual([]);
  });

  test.each(documented)("$key shows each field as {description, sampleValue} of the right type", ({ key, event }) => {
    for (const [name, field] of Object.entries(event.event)) {
      expect(Object.keys(field)).toEqual(["description", "sampleValue"]);
      expect(jsonType(field.sampleValue), name).toBe(fieldDictionary[name as FieldName].type);
    }
    expect(event.event["type"]?.sampleValue).toBe(key);
  });

  test("holds the additions of later years", () => {
    expect(documentedFields("open")).toEqual(
      expect.arrayContaining(["sending_ip", "ab_test_id", "mailbox_provider", "user_agent_parsed"]),
    );
    expect(documentedFields("bounce")).toEqual(expect.arrayContaining(["sms_src", "rcpt_hash", "mailbox_provider"]));
    expect(documentedFields("bounce")).not.toContain("user_agent_parsed");
    expect(documentedFields("sms_status")).not.toContain("mailbox_provider");
  });

  test("marks what only on-premises servers send", () => {
    const fields = documentation().message_event.events["bounce"]?.event;
    expect(fields?.["node_name"]?.description).toMatch(/ On-premises only\.$/);
    expect(fields?.["rcpt_to"]?.description).not.toMatch(/On-premises only/);
  });

  test("warns that initial opens and opens count one reading twice", () => {
    const description = documentation().track_event.events["initial_open"]?.description;
    expect(description).toContain("open event");
    expect(description).toContain("twice");
  });
});

describe("ingestDocumentation", () => {
  const byKey = new Map(ingestDocumentation().map((fields) => [fields["type"]?.sampleValue, fields]));

  test("lists every event that producers upload: all but the results of uploads, and what Tidepost tells", () => {
    const others: readonly string[] = ["success", "error", ...healthEventKeys];
    expect([...byKey.keys()]).toEqual(eventKeys.filter((key) => !others.includes(key)));
  });

  test("says of each field what it is, whether it is required and whether reports use it", () => {
    for (const fields of byKey.values()) {
      for (const field of Object.values(fields)) {
        expect(field).toEqual({
          description: expect.any(String),
          sampleValue: expect.anything(),
          required: expect.any(Boolean),
          reporting: expect.any(Boolean),
        });
      }
    }
  });

  test.each([
    ["injection", ["event_id", "message_id", "recv_method", "timestamp", "type"]],
    ["delivery", ["delv_method", "event_id", "message_id", "timestamp", "type"]],
    ["generation_failure", ["event_id", "recv_method", "timestamp", "type"]],
    ["sms_status", ["delv_method", "timestamp", "type"]],
    ["ad_adjust", ["event_id", "timestamp", "type"]],
  ])("requires of %s only fields that it has", (key, required) => {
    const fields = Object.entries(byKey.get(key) ?? {});
    expect(
      fields
        .filter(([, field]) => field.required)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(required);
  });
});
