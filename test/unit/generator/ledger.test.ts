import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { blockEvents, createEventSource, type Parcel } from "../../../local/generator/event-source.ts";
import { createLatencies, createLedger } from "../../../local/generator/ledger.ts";

const seed = 3;
const idsOf = ({ ndjson }: Parcel): readonly string[] =>
  Array.from(ndjson.toString().matchAll(/"event_id":"(\d+)"/g), ([, id = ""]) => id);
const none: ReadonlySet<number> = new Set();

test("follows each event to the sink", () => {
  const ledger = createLedger(seed);
  const parcel = createEventSource("steady", seed).take(blockEvents + 5, 0);
  ledger.sent(parcel.ranges, 1_000);
  expect(ledger.account()).toMatchObject({ sent: blockEvents + 5, accepted: 0, delivered: 0, missing: 0 });
  ledger.answered(parcel.ranges, none);
  expect(ledger.account()).toMatchObject({ accepted: blockEvents + 5, missing: blockEvents + 5 });
  const ids = idsOf(parcel);
  ledger.arrived(ids.slice(0, -1), 1_500);
  expect(ledger.account()).toMatchObject({ delivered: blockEvents + 4, duplicates: 0, missing: 1 });
  ledger.arrived(ids, 2_000);
  expect(ledger.account()).toMatchObject({
    delivered: blockEvents + 5,
    duplicates: blockEvents + 4,
    missing: 0,
    refused: 0,
    unanswered: 0,
  });
});

test("takes an arrival before the answer for what it is", () => {
  const ledger = createLedger(seed);
  const parcel = createEventSource("steady", seed).take(3, 0);
  ledger.sent(parcel.ranges, 1);
  ledger.arrived(idsOf(parcel).slice(0, 2), 2);
  ledger.answered(parcel.ranges, none);
  expect(ledger.account()).toMatchObject({ accepted: 3, delivered: 2, missing: 1 });
});

test("misses nothing that was refused or never answered", () => {
  const ledger = createLedger(seed);
  const source = createEventSource("steady", seed);
  const [some, all, lost] = [source.take(10, 0), source.take(4, 0), source.take(5, 0)];
  for (const { ranges } of [some, all, lost]) ledger.sent(ranges, 1);
  ledger.answered(some.ranges, new Set([1, 10]));
  ledger.answered(all.ranges, "all");
  ledger.unanswered(lost.ranges);
  expect(ledger.account()).toMatchObject({ sent: 19, accepted: 8, refused: 6, unanswered: 5, missing: 8 });
  ledger.arrived(idsOf(some).slice(1, -1), 2);
  expect(ledger.account()).toMatchObject({ delivered: 8, missing: 0 });
});

test("ignores what is not of its generator, or was not sent", () => {
  const ledger = createLedger(seed);
  const source = createEventSource("steady", seed);
  ledger.sent(source.take(5, 0).ranges, 1);
  ledger.arrived([...idsOf(source.take(3, 0)), "", "abc", "12345678901", "1e99", "99999999999"], 2);
  ledger.arrived(idsOf(createEventSource("steady", seed + 1).take(5, 0)), 2);
  expect(ledger.account()).toMatchObject({ sent: 5, delivered: 0, duplicates: 0 });
});

describe("latencies", () => {
  test.prop([
    fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 200 }),
    fc.constantFrom(0.5, 0.95, 1),
  ])("have percentiles that are right to three per cent and a millisecond", (values, share) => {
    const latencies = createLatencies();
    for (const value of values) latencies.add(value);
    const exact = values.toSorted((one, other) => one - other)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
    const found = latencies.percentile(share) ?? Number.NaN;
    expect(found).toBeGreaterThanOrEqual(exact - 1);
    expect(found).toBeLessThanOrEqual(exact * 1.03 + 1);
  });

  test("are none at first", () => {
    expect(createLatencies().percentile(0.5)).toBeUndefined();
  });
});
