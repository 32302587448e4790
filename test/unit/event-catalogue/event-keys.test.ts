import { fc, test } from "@fast-check/vitest";
import { describe, expect, expectTypeOf } from "vitest";
import { type EventKey, eventKeys, healthEventKeys, onPremisesEventKeys } from "#shared/contract/words.ts";
import { eventKeyOf, isEventKey, isHealthType } from "#shared/events/catalogue/event-key.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";

const mailServerNames: readonly (readonly [string, EventKey])[] = [
  ["reception", "injection"],
  ["tempfail", "delay"],
  ["inband", "bounce"],
  ["permfail", "bounce"],
  ["outofband", "out_of_band"],
  ["rejection", "policy_rejection"],
  ["genfail", "generation_failure"],
  ["genrejection", "generation_rejection"],
  ["feedback", "spam_complaint"],
];

describe("event keys", () => {
  test("are 29 different ones of producers, 16 of them on-premises, and five about webhooks", () => {
    expect(eventKeys.filter((key) => !isHealthType(key))).toHaveLength(29);
    expect(new Set(eventKeys).size).toBe(34);
    expect(healthEventKeys.every(isHealthType)).toBe(true);
    expect(new Set(onPremisesEventKeys).size).toBe(16);
  });

  test("are told from other texts, by the compiler too", () => {
    expect(eventKeys.every(isEventKey)).toBe(true);
    expect(["", "Bounce", "reception", "relay_message", "creation", "toString", "__proto__"].some(isEventKey)).toBe(
      false,
    );
    expectTypeOf(isEventKey).guards.toEqualTypeOf<EventKey>();
  });
});

describe("eventKeyOf", () => {
  test.each(eventKeys.map((key) => [key, key] as const))("takes %s as it is", (type, key) => {
    expect(eventKeyOf(type)).toBe(key);
  });

  test.each(mailServerNames)("maps the mail server's %s to %s", (type, key) => {
    expect(eventKeyOf(type)).toBe(key);
  });

  test.each(["", "BOUNCE", " bounce", "relay_message", "creation", "constructor", "__proto__"])(
    "does not know %j",
    (type) => {
      expect(eventKeyOf(type)).toBeUndefined();
    },
  );
});

describe("nearestEventKey", () => {
  test.each([
    ["deliverd", "delivery"],
    ["bounces", "bounce"],
    ["opne", "open"],
    ["clicked", "click"],
    ["Out-Of-Band", "out_of_band"],
    ["spam complaint", "spam_complaint"],
    [" injection ", "injection"],
    ["generationfailure", "generation_failure"],
    ["amp_opens", "amp_open"],
    ["ab_test_canceled", "ab_test_cancelled"],
    ["reception", "injection"],
  ])("%j probably means %s", (text, key) => {
    expect(nearestEventKey(text)).toBe(key);
  });

  test.each(["", "x", "sent", "unsubscribe", "processed", "relay_message", "a".repeat(100_000)])(
    "%j is not close to any",
    (text) => {
      expect(nearestEventKey(text)).toBeUndefined();
    },
  );

  test.prop([
    fc.constantFrom(...eventKeys).filter((key) => !["list_unsubscribe", "link_unsubscribe"].includes(key)),
    fc.nat(),
    fc.constantFrom("x", "q", "7"),
  ])("survives one wrong or extra letter", (key, position, letter) => {
    const at = position % key.length;
    expect(nearestEventKey(key.slice(0, at) + letter + key.slice(at + 1))).toBe(key);
    expect(nearestEventKey(key.slice(0, at) + letter + key.slice(at))).toBe(key);
  });

  test.prop([fc.string()])("gives a key or nothing, whatever the text", (text) => {
    expect([...eventKeys, undefined]).toContain(nearestEventKey(text));
  });
});
