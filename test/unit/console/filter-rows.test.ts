import { fc, it as check } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Filter } from "#shared/contract/api/webhook-filter.ts";
import { filterWords } from "../../../console/components/filter-words.ts";
import {
  type FilterRows,
  filterOfRows,
  newRow,
  rowOperators,
  rowsOfFilter,
} from "../../../console/pages/webhook-form/content/filter-rows.ts";
import { anyFilter } from "../../support/any-filter.ts";

const operators = Object.keys(rowOperators) as (keyof typeof rowOperators)[];
const hardBounces: Filter = {
  and: [
    { field: "campaign_id", eq: "spring" },
    { field: "bounce_class", in: [10, 30, 90] },
  ],
};

describe("rows of a filter", () => {
  check.prop([anyFilter], { numRuns: 3_000 })("say the same as the filter, whatever it is", (filter) => {
    expect(JSON.stringify(filterOfRows(rowsOfFilter(filter)))).toBe(JSON.stringify(filter));
  });

  check.prop([
    fc.constantFrom("and" as const, "or" as const),
    fc.array(fc.record({ field: fc.string(), operator: fc.constantFrom(...operators), value: fc.string() }), {
      minLength: 2,
      maxLength: 4,
    }),
  ])("stay the same filter however they are typed, when they are shown as JSON and back", (join, typed) => {
    const filter = filterOfRows({ join, rows: typed.map((row) => ({ kind: "condition", ...row })) });
    const text = JSON.stringify(filter);
    expect(JSON.stringify(filterOfRows(rowsOfFilter(JSON.parse(text) as Filter)))).toBe(text);
  });

  it("show conditions one by one, and what is nested as a whole", () => {
    const rows = rowsOfFilter({ or: [{ not: { field: "a", in: ["x, y", "10", 10] } }, hardBounces] });
    expect(rows).toEqual({
      join: "or",
      rows: [
        { kind: "condition", field: "a", operator: "not_in", value: '"x, y", "10", 10' },
        { kind: "other", filter: hardBounces },
      ],
    });
  });

  it.each<[string, Filter]>([
    ["10", { field: "a", eq: 10 }],
    ['"10"', { field: "a", eq: "10" }],
    [" spring sale ", { field: "a", eq: "spring sale" }],
    ["true", { field: "a", eq: true }],
    ["92356927693813856", { field: "a", eq: "92356927693813856" }],
    ["007", { field: "a", eq: "007" }],
    ["null", { field: "a", eq: "null" }],
  ])("take %s for what it looks like", (value, filter) => {
    const rows: FilterRows = { join: "and", rows: [{ ...newRow, field: " a ", value }] };
    expect(filterOfRows(rows)).toEqual(filter);
  });

  it("take a list as it is typed, with a comma too many", () => {
    const rows: FilterRows = { join: "and", rows: [{ ...newRow, field: "a", operator: "in", value: "10,30 , x," }] };
    expect(filterOfRows(rows)).toEqual({ field: "a", in: [10, 30, "x"] });
  });
});

describe("a filter in words", () => {
  const words = (filter: Filter): string => filterWords(filter).replaceAll(/[\u2068\u2069]/g, "");

  it("reads like a sentence, groups in parentheses", () => {
    expect(words(hardBounces)).toBe("campaign_id equals “spring” and bounce_class is one of 10, 30, 90");
    expect(words({ or: [hardBounces, { not: { field: ["rcpt_meta", "plan.name"], exists: false } }] })).toBe(
      "(campaign_id equals “spring” and bounce_class is one of 10, 30, 90) or not (rcpt_meta.plan.name is missing)",
    );
    expect(words({ field: "timestamp", gte: "2026-01-02T03:04:05Z" })).toBe(
      "timestamp is at least “2026-01-02T03:04:05Z”",
    );
  });

  it("keeps a name that is written from right to left apart from what stands around it", () => {
    expect(filterWords({ field: "campaign_id", eq: "\u202Eevil" })).toBe(
      "\u2068campaign_id\u2069 equals “\u2068evil\u2069”",
    );
  });
});
