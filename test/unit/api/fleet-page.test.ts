import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { WebhookOrder } from "#shared/contract/api/summary.ts";
import { webhookSorts, webhookStates } from "#shared/contract/words.ts";
import type { Subaccount } from "#shared/webhooks/subaccount.ts";
import {
  type FleetQuery,
  type FleetRow,
  countStates,
  decodeCursor,
  encodeCursor,
  pageOf,
  rowsOf,
} from "../../../lambdas/api/fleet/page.ts";

const time = fc.date({ min: new Date("2026-01-01"), max: new Date("2026-01-02"), noInvalidDate: true });
const iso = time.map((date) => date.toISOString());
const row: fc.Arbitrary<FleetRow> = fc.record({
  id: fc.uuid(),
  subaccountId: fc.constantFrom(undefined, 0, 5),
  state: fc.constantFrom(...webhookStates),
  mayWait: fc.boolean(),
  // Few values, so that many webhooks are sorted by what follows.
  createdAt: fc.oneof(iso, fc.constant("2026-01-01T00:00:00.000Z")),
  lastSuccessful: fc.oneof(iso, fc.constant("")),
  lastFailure: fc.oneof(iso, fc.constant("")),
  name: fc.oneof(
    fc.constantFrom("orders 9", "orders 10", "órders", "ﬁ", "fi", "a\u0301", "á", ""),
    fc.string({ unit: "binary" }),
  ),
  target: fc.constantFrom(
    "https://a.example.com/",
    "https://b.example.com/",
    `https://c.example.com/${"x".repeat(300)}`,
  ),
});
const order = fc.constantFrom(...webhookSorts.flatMap((sort): WebhookOrder[] => [sort, `-${sort}`]));
const uniqueRows = (max: number) => fc.uniqueArray(row, { maxLength: max, selector: ({ id }) => id });

/** Reads page after page, as a client does; between two pages the fleet changes. */
const readAll = (query: FleetQuery, fleets: readonly (readonly FleetRow[])[], limit: number): readonly string[] => {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 200; page += 1) {
    const rows = fleets[page % fleets.length] ?? [];
    const after = cursor === undefined ? undefined : decodeCursor("1", query, cursor);
    const { ids: found, next } = pageOf(rows, query, { limit, after });
    expect(found.length).toBeLessThanOrEqual(limit);
    ids.push(...found);
    if (next === undefined) return ids;
    cursor = encodeCursor("1", query, next);
  }
  throw new Error("the pages do not end");
};

describe("pages of webhooks", () => {
  test.prop([uniqueRows(30), uniqueRows(20), order, fc.integer({ min: 1, max: 7 })])(
    "have every webhook that stays exactly once, whatever is created and deleted between them",
    (staying, passing, sort, limit) => {
      const known = new Set(staying.map(({ id }) => id));
      const others = passing.filter(({ id }) => !known.has(id));
      const half = Math.floor(others.length / 2);
      const fleets = [
        [...staying, ...others.slice(0, half)],
        [...others.slice(half), ...staying.toReversed()],
        staying,
      ];
      const ids = readAll({ subaccount: "all", sort }, fleets, limit);
      const found = ids.filter((id) => known.has(id));
      expect(found.toSorted()).toEqual([...known].toSorted());
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test.prop([uniqueRows(30), order, fc.integer({ min: 1, max: 30 })])(
    "are in one order, whatever their length, which a minus sign reverses",
    (rows, sort, limit) => {
      const whole = readAll({ subaccount: "all", sort }, [rows], 1_000);
      expect(readAll({ subaccount: "all", sort }, [rows.toReversed()], limit)).toEqual(whole);
      const numbered = whole.map((_, number) =>
        pageOf(rows, { subaccount: "all", sort }, { limit, offset: number * limit }),
      );
      expect(numbered.flatMap(({ ids }) => ids)).toEqual(whole);
      const reverse = sort.startsWith("-") ? (sort.slice(1) as WebhookOrder) : (`-${sort}` as WebhookOrder);
      expect(readAll({ subaccount: "all", sort: reverse }, [rows], limit)).toEqual(whole.toReversed());
    },
  );

  test.prop([
    uniqueRows(30),
    fc.subarray([...webhookStates], { minLength: 1 }),
    fc.constantFrom<Subaccount>("all", 0, 5),
  ])("have the webhooks of the wanted states and sub-account, and count them", (rows, states, subaccount) => {
    const own = rows.filter((one) => subaccount === "all" || one.subaccountId === subaccount);
    const wanted = own.filter(({ state }) => states.includes(state));
    const page = pageOf(rows, { subaccount, states, sort: "created" }, { limit: 1_000 });
    expect([...page.ids].toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    expect(page.matching).toBe(wanted.length);
    const counted = countStates(rowsOf(rows, { subaccount }));
    expect(counted.total).toBe(own.length);
    for (const state of webhookStates) {
      expect(counted.states[state]).toBe(own.filter((one) => one.state === state).length);
    }
  });

  const named = (name: string, fields: Partial<FleetRow> = {}): FleetRow => ({
    id: crypto.randomUUID(),
    subaccountId: undefined,
    state: "ok",
    mayWait: false,
    createdAt: "2026-01-01T00:00:00.000Z",
    lastSuccessful: "",
    lastFailure: "",
    name: name.toLowerCase(),
    target: "https://example.com/",
    ...fields,
  });
  const idsOf = (rows: readonly FleetRow[], query: Partial<FleetQuery>) =>
    pageOf(rows, { subaccount: "all", sort: "created", ...query }, { limit: 10 }).ids;

  it("sort numbers in names as people do, and what needs attention first", () => {
    const rows = [named("Orders 10", { state: "ok" }), named("orders 9", { state: "failed" })];
    expect(idsOf(rows, { sort: "name" })).toEqual([rows[1]?.id, rows[0]?.id]);
    expect(idsOf(rows, { sort: "state" })).toEqual([rows[1]?.id, rows[0]?.id]);
    expect(idsOf(rows, { sort: "-state" })).toEqual([rows[0]?.id, rows[1]?.id]);
  });

  it("find text in names and targets in whatever case, and the beginning of ids", () => {
    const rows = [named("Warehouse Feed"), named("b", { target: "https://feed.example.com/" }), named("c")];
    expect(idsOf(rows, { search: "FEED" })).toHaveLength(2);
    expect(idsOf(rows, { search: "warehouse f" })).toEqual([rows[0]?.id]);
    expect(idsOf(rows, { search: rows[2]?.id.slice(0, 13).toUpperCase() })).toEqual([rows[2]?.id]);
    expect(idsOf(rows, { search: "%" })).toEqual([]);
  });
});

describe("a cursor", () => {
  const query: FleetQuery = { subaccount: "all", states: ["ok"], search: "a", sort: "-name" };
  const place = { value: "ä".repeat(200), createdAt: "2026-01-01T00:00:00.000Z", id: crypto.randomUUID() };

  it("belongs to the customer and to the query", () => {
    const cursor = encodeCursor("1", query, place);
    expect(decodeCursor("1", { ...query, search: "A" }, cursor)).toEqual(place);
    expect(cursor.length).toBeLessThan(1_500);
    expect(() => decodeCursor("2", query, cursor)).toThrow("is not a cursor of this list");
    for (const other of [{ subaccount: 5 }, { states: undefined }, { search: "b" }, { sort: "name" }] as const) {
      expect(() => decodeCursor("1", { ...query, ...other }, cursor)).toThrow("is not a cursor of this list");
    }
  });

  test.prop([
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    ),
  ])("of another making is refused", (text) => {
    expect(() => decodeCursor("1", query, text)).toThrow("is not a cursor of this list");
  });
});
