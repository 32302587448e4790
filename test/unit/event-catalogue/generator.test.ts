import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import type { EventBody, EventEnvelope } from "#shared/events/catalogue/event.ts";
import { documentedFields } from "#shared/events/catalogue/fields-of-event.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { type FieldName, fieldDictionary } from "#shared/events/catalogue/field-dictionary.ts";
import { generateCampaign, generateEvents } from "../../../local/generator/mix.ts";
import { jsonType } from "./json-type.ts";

const startedAt = 1_760_000_000_000;
const seed = fc.integer({ min: 0, max: 0xffff_ffff });
const count = fc.integer({ min: 0, max: 200 });
const fixed = { seed: 7, count: 2_000, startedAt, customerId: "c-17" };

const bodyOf = (event: EventEnvelope): EventBody => {
  const [body] = Object.values(event.msys);
  if (body === undefined) throw new Error("an event holds exactly one class");
  return body;
};
const idsOf = (events: readonly EventEnvelope[]) => events.flatMap((event) => bodyOf(event).event_id ?? []);
const timeOf = (body: EventBody) => Number(body.timestamp);
const meanBytes = (events: readonly EventEnvelope[]) =>
  events.reduce((bytes, event) => bytes + JSON.stringify(event).length, 0) / events.length;

const generators = { generateEvents, generateCampaign };

describe.each(Object.entries(generators))("%s", (_name, generate) => {
  test.prop([seed, count])("gives the same events for the same seed, as many as asked for", (seedValue, length) => {
    const options = { seed: seedValue, count: length, startedAt, customerId: "1" };
    const events = generate(options);
    expect(events).toHaveLength(length);
    expect(generate(options)).toEqual(events);
    expect(new Set(idsOf(events)).size).toBe(length);
  });

  test.prop([seed, seed])("gives other seeds other event ids", (one, other) => {
    fc.pre(one !== other);
    const ids = [one, other].flatMap((value) => idsOf(generate({ ...fixed, seed: value, count: 20 })));
    expect(new Set(ids).size).toBe(40);
  });

  test("puts each event into its class, with the customer and a time in the run", () => {
    for (const event of generate(fixed)) {
      const body = bodyOf(event);
      expect(Object.keys(event.msys)).toEqual([eventDefinitions[body.type as EventKey].eventClass]);
      expect(body.customer_id).toBe("c-17");
      expect(body.timestamp).toMatch(/^\d{10}$/);
      expect(timeOf(body)).toBeGreaterThanOrEqual(startedAt / 1_000);
    }
  });

  test("makes events of the size and width of real ones", () => {
    const events = generate(fixed);
    expect(meanBytes(events)).toBeGreaterThan(700);
    expect(meanBytes(events)).toBeLessThan(800);
    const widths = events.map((event) => Object.keys(bodyOf(event)).length);
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(19);
    expect(Math.max(...widths)).toBeLessThanOrEqual(28);
  });
});

describe("generateEvents", () => {
  test.prop([seed, fc.constantFrom(...eventKeys)])(
    "gives any key documented fields of the right types",
    (value, key) => {
      for (const event of generateEvents({ ...fixed, seed: value, count: 5, keys: [key] })) {
        const body = bodyOf(event);
        expect(body.type).toBe(key);
        for (const [name, fieldValue] of Object.entries(body)) {
          expect(documentedFields(key)).toContain(name);
          expect(jsonType(fieldValue), name).toBe(fieldDictionary[name as FieldName].type);
        }
      }
    },
  );

  test("chooses among the given keys only, and gives nothing for none", () => {
    const types = generateEvents({ ...fixed, keys: ["open", "ad_status"] }).map((event) => bodyOf(event).type);
    expect(new Set(types)).toEqual(new Set(["open", "ad_status"]));
    expect(generateEvents({ ...fixed, keys: [] })).toEqual([]);
  });
});

describe("generateCampaign", () => {
  const bodies = generateCampaign({ ...fixed, count: 20_000 }).map(bodyOf);
  const byMessage = Map.groupBy(bodies, (body) => body.message_id);
  const share = (type: EventKey) => bodies.filter((body) => body.type === type).length / byMessage.size;

  test("is in the order of time and starts each message with its only injection", () => {
    for (const [earlier, later] of bodies.map((body, index) => [body, bodies[index + 1]] as const)) {
      if (later !== undefined) expect(timeOf(later)).toBeGreaterThanOrEqual(timeOf(earlier));
    }
    for (const [first, ...rest] of byMessage.values()) {
      expect(first?.type).toBe("injection");
      expect(rest.some(({ type }) => type === "injection")).toBe(false);
    }
  });

  test("keeps recipient, campaign and transmission within a message", () => {
    for (const events of byMessage.values()) {
      for (const name of ["rcpt_to", "campaign_id", "transmission_id", "template_id"] as const) {
        expect(new Set(events.map((body) => body[name])).size).toBe(1);
      }
    }
  });

  test("delivers before it reports engagement, and never both delivers and bounces", () => {
    for (const events of byMessage.values()) {
      const types = events.map(({ type }) => type);
      if (types.includes("bounce")) expect(types).toEqual(["injection", "bounce"]);
      if (types.includes("open")) expect(types.indexOf("delivery")).toBeLessThan(types.indexOf("open"));
      if (types.includes("click")) expect(types.indexOf("open")).toBeLessThan(types.indexOf("click"));
      if (types.includes("delay")) expect(types.slice(0, 2)).toEqual(["injection", "delay"]);
    }
  });

  test("has the shares of a healthy mailing", () => {
    expect(share("bounce")).toBeGreaterThan(0.02);
    expect(share("bounce")).toBeLessThan(0.07);
    expect(share("delivery")).toBeGreaterThan(0.9);
    expect(share("open")).toBeGreaterThan(0.3);
    expect(share("click")).toBeGreaterThan(0.05);
    expect(share("spam_complaint")).toBeLessThan(0.01);
  });
});
