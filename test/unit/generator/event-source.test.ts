import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockEvents, createEventSource } from "../../../local/generator/event-source.ts";
import { dueAfter, type MixName, mixNames } from "../../../local/generator/mix.ts";

const at = 1_764_000_000_000;

interface Body {
  readonly type: string;
  readonly event_id: string;
  readonly message_id?: string;
  readonly timestamp: string;
  readonly rcpt_to?: string;
}

const eventsOf = (ndjson: Buffer): readonly Body[] =>
  ndjson
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { msys } = JSON.parse(line) as { readonly msys: Readonly<Record<string, Body>> };
      const [body] = Object.values(msys);
      if (body === undefined) throw new Error("an event has one class");
      return body;
    });
const take = (mix: MixName, seed: number, count: number): readonly Body[] =>
  eventsOf(createEventSource(mix, seed).take(count, at).ndjson);
const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const share = (events: readonly Body[], ...types: readonly string[]): number =>
  events.filter(({ type }) => types.includes(type)).length / events.length;

describe.each(mixNames)("%s", (mix) => {
  test.prop([seeds, fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 4 })], { numRuns: 5 })(
    "gives the same events for the same seed, however they are asked for",
    (seed, counts) => {
      const source = createEventSource(mix, seed);
      const pieces = counts.map((count) => source.take(count, at).ndjson.toString());
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(pieces.join("")).toBe(total === 0 ? "" : createEventSource(mix, seed).take(total, at).ndjson.toString());
    },
  );

  test("gives as many valid events as asked for, each with its own id, beyond the last generated block", () => {
    const source = createEventSource(mix, 7);
    const parcels = Array.from({ length: 12 }, () => source.take(blockEvents - 1, at));
    const ids = parcels.flatMap(({ ndjson }) => eventsOf(ndjson).map(({ event_id: id }) => id));
    expect(ids).toHaveLength(12 * (blockEvents - 1));
    expect(new Set(ids).size).toBe(ids.length);
    expect(parcels[1]?.ranges).toEqual([
      { block: 0, from: blockEvents - 1, to: blockEvents },
      { block: 1, from: 0, to: blockEvents - 2 },
    ]);
  });

  test("gives other seeds other ids", () => {
    const ids = [1, 2, 3].flatMap((seed) => take(mix, seed, 2 * blockEvents).map(({ event_id: id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("gives events the time at which they are sent", () => {
    expect(new Set(take(mix, 1, 50).map(({ timestamp }) => timestamp))).toEqual(new Set([String(at / 1_000)]));
  });
});

describe("campaign", () => {
  test("relates the events of a message, in every round of the blocks", () => {
    const source = createEventSource("campaign", 5);
    for (let block = 0; block < 10; block += 1) {
      const events = eventsOf(source.take(blockEvents, at).ndjson);
      const messages = Map.groupBy(events, ({ message_id: id }) => id);
      const types = [...messages.values()].map((message) => message.map(({ type }) => type));
      expect(types.every(([first]) => first === "injection")).toBe(true);
      expect(types.filter((list) => list.includes("open")).every((list) => list.includes("delivery"))).toBe(true);
      expect(types.filter((list) => list.includes("delivery")).length).toBeGreaterThan(blockEvents / 4);
      for (const message of messages.values()) expect(new Set(message.map(({ rcpt_to: to }) => to)).size).toBe(1);
    }
  });

  test("shows every kind of thing soon", () => {
    const types = new Set(take("campaign", 1, 30).map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(["injection", "delivery", "open"]));
  });
});

test("bounce-storm is mostly about messages that do not arrive", () => {
  const storm = take("bounce-storm", 1, blockEvents);
  const calm = take("campaign", 1, blockEvents);
  expect(share(storm, "bounce", "delay", "out_of_band")).toBeGreaterThan(0.3);
  expect(share(calm, "bounce", "delay", "out_of_band")).toBeLessThan(0.1);
});

test("steady mixes all kinds of mail events", () => {
  expect(new Set(take("steady", 1, blockEvents).map(({ type }) => type)).size).toBeGreaterThan(12);
});

describe("what is due", () => {
  const times = fc.double({ min: 0, max: 1_000_000, noNaN: true });

  test.prop([fc.constantFrom(...mixNames), times, times])("never becomes less", (mix, one, other) => {
    const [earlier, later] = one < other ? [one, other] : [other, one];
    expect(dueAfter(mix, later)).toBeGreaterThanOrEqual(dueAfter(mix, earlier));
  });

  test.prop([fc.constantFrom(...mixNames), fc.integer({ min: 0, max: 1_000 })])(
    "is the rate in the mean of ten seconds",
    (mix, cycles) => {
      expect(dueAfter(mix, cycles * 10_000)).toBeCloseTo(cycles * 10);
    },
  );

  test("comes in the first two of ten seconds in a burst", () => {
    expect([1_000, 2_000, 9_000, 11_000].map((ms) => dueAfter("burst", ms))).toEqual([5, 10, 10, 15]);
  });
});
