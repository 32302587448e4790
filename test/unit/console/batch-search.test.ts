import type { FoundEvent } from "#shared/contract/api/search.ts";
import type { MissingReason } from "#shared/contract/words.ts";
import { describe, expect, it } from "vitest";
import { againRequest, criteriaText } from "../../../console/pages/search/search-text.ts";
import {
  batchFilterOf,
  batchSearchText,
  readBatchSearch,
  relativeUnits,
  validRange,
} from "../../../console/pages/webhook/batches/batch-search.ts";

it("what an event is looked for by turns nothing around that stands beside it", () => {
  const criteria = {
    recipient: "\u202Eann@example.com",
    campaign_id: "קמפיין",
    types: ["click", "open"],
    subaccount_id: 7,
  } as const;
  expect(criteriaText({ criteria })).toBe(
    "recipient \u2068ann@example.com\u2069 · campaign \u2068קמפיין\u2069 · types click, open · sub-account \u20687\u2069",
  );
});

it("looking again is for what arrived when the events did that were in no batch yet", () => {
  const event = (second: number, ...missing: readonly (MissingReason | undefined)[]): FoundEvent => ({
    type: "click",
    arrived_at: `2026-01-02T03:00:${second}.250Z`,
    bytes: 2,
    looked_up: true,
    webhooks: missing.map((reason) => ({
      webhook_id: "w",
      exact: true,
      batches: [],
      ...(reason === undefined ? {} : { missing: reason }),
    })),
  });
  const search = {
    criteria: { recipient: "ann@example.com" },
    to: "2026-01-02T03:00:58.000Z",
    ended_at: "2026-01-02T03:01:05.000Z",
    matches: [event(10, "paused"), event(20, undefined, "no_batch_yet"), event(40, "no_batch_yet"), event(50)],
  };
  expect(againRequest(search)).toEqual({
    recipient: "ann@example.com",
    from: "2026-01-02T03:00:19.250Z",
    to: "2026-01-02T03:00:41.250Z",
  });
  expect(againRequest({ ...search, ended_at: "2026-01-02T03:00:40.500Z" })?.to).toBe("2026-01-02T03:00:40.500Z");
  expect(againRequest({ ...search, matches: [event(10, "paused"), event(50)] })).toBeUndefined();
  expect(againRequest({ ...search, criteria: { recipient: "a***@example.com" } })).toBeUndefined();
});

const now = Date.parse("2026-01-02T12:00:00Z");

describe("the search of the list of batches", () => {
  it.each([
    "",
    "?state=retrying,parked",
    "?reason=http_5xx&last=15m",
    "?state=expired&reason=response_timeout,http_429&last=7d&batch=9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11",
    "?from=2026-01-02T03:00:00Z&to=2026-01-02T04:00:00Z",
  ])("%j survives being read and written", (search) => {
    expect(batchSearchText(readBatchSearch(search))).toBe(search);
  });

  it.each(["?last=soon", "?last=15x", "?last=0h", "?last=10000h", "?from=2026-01-02T03:00:00Z", "?from=then&to=now"])(
    "%j is no time range",
    (search) => {
      expect(readBatchSearch(search).range).toBeNull();
    },
  );

  it("asks for a time range that ends now", () => {
    expect(batchFilterOf("?state=parked&last=4h", now)).toEqual({
      states: ["parked"],
      reasons: [],
      from: "2026-01-02T08:00:00.000Z",
    });
  });

  it.each([1, 9_999])("keeps a range of %i of each unit that can be chosen", (amount) => {
    for (const unit of relativeUnits) {
      const range = { type: "relative", amount, unit } as const;
      expect(validRange(range)).toEqual({ valid: true });
      expect(readBatchSearch(batchSearchText({ states: [], reasons: [], range })).range).toEqual(range);
    }
    expect(relativeUnits).toEqual(["second", "minute", "hour", "day", "week"]);
  });

  it.each([Number.NaN, 0, -1, 1.5, 10_000])("refuses a range of %d hours, which an address cannot say", (amount) => {
    expect(validRange({ type: "relative", amount, unit: "hour" })).toMatchObject({ valid: false });
  });

  it("asks for a time range with two ends, in UTC", () => {
    const { from, to } = batchFilterOf("?from=2026-01-02T03:00:00%2B01:00&to=2026-01-02T04:00:00Z", now);
    expect([from, to]).toEqual(["2026-01-02T02:00:00.000Z", "2026-01-02T04:00:00.000Z"]);
  });
});
