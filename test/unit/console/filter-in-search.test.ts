import { expect, it } from "vitest";
import { filterFromSearch, filterText, searchWithFilter } from "../../../console/components/table/filter-in-search.ts";

const filter = {
  operation: "or",
  tokens: [
    { propertyKey: "state", operator: "!=", value: "ok" },
    { propertyKey: "name", operator: ":", value: "a=b & c:d" },
    { operator: "!:", value: "free text" },
  ],
} as const;

it("a filter survives the way through the address, and other parameters stay", () => {
  const search = searchWithFilter("tab=3&f=old:filter", filter);
  expect(new URLSearchParams(search).get("tab")).toBe("3");
  expect(filterFromSearch(search)).toEqual(filter);
  expect(searchWithFilter(search, { tokens: [], operation: "and" })).toBe("tab=3");
});

it("what is no filter is ignored", () => {
  expect(filterFromSearch("f=nonsense&f=&g=state=ok")).toEqual({ tokens: [], operation: "and" });
});

it("a filter reads as a sentence", () => {
  const properties = [
    { key: "state", propertyLabel: "State", groupValuesLabel: "States" },
    { key: "name", propertyLabel: "Name", groupValuesLabel: "Names" },
  ];
  expect(filterText(filter, properties)).toBe("State != ok or Name : a=b & c:d or text !: free text");
});
