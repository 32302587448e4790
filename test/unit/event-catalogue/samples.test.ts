import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import type { EventBody, EventEnvelope } from "#shared/events/catalogue/event.ts";
import { documentedFields } from "#shared/events/catalogue/fields-of-event.ts";
import { type EventKey, eventKeys, onPremisesEventKeys } from "#shared/contract/words.ts";
import { type FieldName, fieldDictionary } from "#shared/events/catalogue/field-dictionary.ts";
import { isHealthType } from "#shared/events/catalogue/event-key.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import { jsonType } from "./json-type.ts";
import { onPremisesFields } from "./on-premises-fields.ts";

const cloudOnlyKeys = eventKeys.filter((key) => !(onPremisesEventKeys as readonly EventKey[]).includes(key));

const bodyOf = (sample: EventEnvelope): EventBody => {
  const [body, ...others] = Object.values(sample.msys);
  if (body === undefined || others.length > 0) throw new Error("a sample holds exactly one class");
  return body;
};
const sampleOf = (key: EventKey): EventBody => samples([key]).map(bodyOf)[0] ?? {};

describe("samples", () => {
  test("give one envelope per event, with its class and type", () => {
    const all = samples(eventKeys);
    expect(all.map((sample) => [Object.keys(sample), Object.keys(sample.msys), bodyOf(sample).type])).toEqual(
      eventKeys.map((key) => [["msys"], [eventDefinitions[key].eventClass], key]),
    );
  });

  test("leave out events about webhooks unless they are named", () => {
    const types = samples().map((sample) => bodyOf(sample).type);
    expect(types).toEqual(eventKeys.filter((key) => !isHealthType(key)));
  });

  test.each(eventKeys)("%s has values of the declared types only", (key) => {
    for (const [name, value] of Object.entries(sampleOf(key))) {
      expect(jsonType(value), name).toBe(fieldDictionary[name as FieldName].type);
    }
    expect(sampleOf(key).timestamp).toMatch(/^\d{10}$/);
  });

  test.each(onPremisesEventKeys)("%s has exactly the fields of an on-premises server", (key) => {
    expect(Object.keys(sampleOf(key)).toSorted()).toEqual([...(onPremisesFields[key] ?? [])].toSorted());
  });

  test.each(cloudOnlyKeys)("%s has documented fields, none of them on-premises only or newer than 2021", (key) => {
    const names = Object.keys(sampleOf(key)) as FieldName[];
    expect(names.filter((name) => fieldDictionary[name].onPremisesOnly === true)).toEqual([]);
    expect(names.filter((name) => fieldDictionary[name].origin === "2026")).toEqual([]);
    expect(names.filter((name) => !documentedFields(key).includes(name))).toEqual([]);
  });

  test.each([
    ["initial_open", 39],
    ["amp_click", 41],
    ["relay_rejection", 19],
    ["ab_test_completed", 6],
    ["success", 9],
    ["error", 13],
  ] as const)("%s has the %i fields of the cloud", (key, count) => {
    expect(Object.keys(sampleOf(key))).toHaveLength(count);
  });

  test("have event ids of their own; SMS status has none", () => {
    const ids = samples(eventKeys).flatMap((sample) => bodyOf(sample).event_id ?? []);
    expect(ids).toHaveLength(eventKeys.length - 1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(sampleOf("sms_status")).not.toHaveProperty("event_id");
  });

  test("name a winner only of a completed test", () => {
    expect(sampleOf("ab_test_completed").ab_test).toHaveProperty("winning_template_id");
    expect(sampleOf("ab_test_cancelled").ab_test).not.toHaveProperty("winning_template_id");
  });

  test.prop([fc.array(fc.constantFrom(...eventKeys))])("follow the request's order, each event once", (keys) => {
    expect(samples(keys).map((sample) => bodyOf(sample).type)).toEqual([...new Set(keys)]);
    expect(samples(keys)).toEqual(samples(keys));
  });
});
