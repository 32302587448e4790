import { describe, expect, it } from "vitest";
import { endsOf, rangeProblem } from "../../../console/pages/webhook/replay/replay-range.ts";

const now = Date.parse("2026-01-02T12:00:00Z");
const absolute = (startDate: string, endDate: string) => ({ type: "absolute", startDate, endDate }) as const;

describe("the time range of a replay", () => {
  it("ends now when it is a length of time", () => {
    expect(endsOf({ type: "relative", amount: 15, unit: "minute" }, now)).toEqual({
      from: "2026-01-02T11:45:00.000Z",
      to: "2026-01-02T12:00:00.000Z",
    });
  });

  it("is sent in UTC", () => {
    expect(endsOf(absolute("2026-01-02T03:00:00+01:00", "2026-01-02T04:00:00+01:00"), now)).toEqual({
      from: "2026-01-02T02:00:00.000Z",
      to: "2026-01-02T03:00:00.000Z",
    });
  });

  it.each([
    [null, "Choose a time range."],
    [{ type: "relative", amount: 0, unit: "hour" } as const, "Choose a time range."],
    [absolute("2026-01-02T03:00:00Z", ""), "Choose both ends."],
    [absolute("2026-01-02T04:00:00Z", "2026-01-02T03:00:00Z"), "The start must be before the end."],
    [absolute("2026-01-02T04:00:00Z", "2026-01-02T13:00:00Z"), "The end must not be in the future."],
    [absolute("2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z"), undefined],
    [{ type: "relative", amount: 1, unit: "hour" } as const, undefined],
  ])("of %j: %s", (range, problem) => {
    expect(rangeProblem(range, now)).toBe(problem);
  });
});
