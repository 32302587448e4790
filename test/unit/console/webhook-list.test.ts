import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { WebhookOrder } from "#shared/contract/api/summary.ts";
import { webhookSorts, webhookStates } from "#shared/contract/words.ts";
import { holdRows } from "../../../console/pages/webhooks/held-order.ts";
import { listQuery, listSearchText, readListSearch } from "../../../console/pages/webhooks/list-search.ts";

describe("the address of the list of webhooks", () => {
  test.prop([
    fc.record({
      text: fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => text.length <= 200),
      states: fc.subarray([...webhookStates]),
      subaccount: fc.oneof(fc.constantFrom("", "-1", "0"), fc.nat(2_147_483_647).map(String)),
      sort: fc.constantFrom(...webhookSorts.flatMap((sort): WebhookOrder[] => [sort, `-${sort}`])),
      page: fc.integer({ min: 1, max: 10_000 }),
    }),
  ])("says what is shown, whatever is searched for", (search) => {
    expect(readListSearch(listSearchText(search).replace("?", ""))).toEqual(search);
  });

  it("is empty for the list as it is at first, and takes nonsense for that", () => {
    const first = { text: "", states: [], subaccount: "", sort: "state", page: 1 };
    expect(listSearchText(readListSearch(""))).toBe("");
    for (const search of [
      "sort=size",
      "state=broken,,",
      "page=0",
      "page=-3",
      "page=1e9",
      "page=x",
      "q=",
      "sort=__proto__",
      "subaccount=-2",
      "subaccount=1e3",
      "subaccount=2147483648",
    ])
      expect(readListSearch(search)).toEqual(first);
  });

  it("asks the API for the page of that number, and for nothing that is not searched for", () => {
    const { search, state, subaccount_id: subaccount, ...rest } = listQuery(readListSearch("page=3&q=%20"), 50);
    expect([search, state, subaccount, rest]).toEqual([
      undefined,
      undefined,
      undefined,
      { sort: "state", limit: "50", offset: "100" },
    ]);
  });
});

describe("rows that are read again", () => {
  const page = "1";
  const row = (id: string, value = 0) => ({ id, value });
  const attended = { isAttended: true, isDeleted: () => false };
  const before = holdRows(undefined, { page, rows: [row("a"), row("b"), row("c")] }, attended);

  it("stay where they are under a pointer, with their present values, until they are put in order", () => {
    const rows = [row("c", 1), row("a", 1), row("d", 1)];
    expect(holdRows(before, { page, rows }, attended)).toEqual({
      page,
      rows: [row("a", 1), row("b"), row("c", 1)],
      moved: 3,
    });
    expect(holdRows(before, { page, rows }, { ...attended, isAttended: false })).toEqual({ page, rows, moved: 0 });
    expect(holdRows(before, { page, rows: before.rows }, attended).moved).toBe(0);
  });

  it("leave also from under a pointer when its user has deleted them", () => {
    const rows = [row("b"), row("c")];
    expect(holdRows(before, { page, rows }, { ...attended, isDeleted: (id) => id !== "c" })).toEqual({
      page,
      rows,
      moved: 0,
    });
  });

  it("of another page take the place of those before them at once", () => {
    const other = { page: "2", rows: [row("x")] };
    expect(holdRows(before, other, attended)).toEqual({ ...other, moved: 0 });
  });
});
