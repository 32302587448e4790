import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { expiryReasons } from "#shared/contract/words.ts";
import { attemptLine, closedText, endLine, typesText } from "../../../cli/text.ts";
import { nodeCheck, skewCheck } from "../../../cli/doctor-checks.ts";
import { duration, list, pairs, time, wholeNumber } from "../../../cli/options.ts";
import { progressOf } from "../../../cli/output.ts";

const asIs = (_: unknown, text: string): string => text;

const batch: BatchWithAttempts = {
  batch_id: "7f3c1a2b-0000-4000-8000-000000000000",
  webhook_id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
  created_at: "2026-01-02T03:04:05.000Z",
  closed_at: "2026-01-02T03:04:07.000Z",
  closed_by: "window",
  state: "retrying",
  events: 11,
  bytes: 7_000,
  body_available: true,
  expires_at: "2026-01-02T07:04:07.000Z",
  event_types: { open: 1, injection: 5, delivery: 5 },
  attempts: [
    {
      n: 1,
      started_at: "2026-01-02T03:04:08.000Z",
      outcome: "failed",
      status: 500,
      reason: "http_5xx",
      latency_ms: 2,
      timings: { total_ms: 2 },
    },
    {
      n: 2,
      started_at: "2026-01-02T03:04:10.100Z",
      outcome: "delivered",
      status: 200,
      latency_ms: 3,
      timings: { total_ms: 3 },
    },
  ],
};
const [failed, recovered] = batch.attempts;
if (failed === undefined || recovered === undefined) throw new Error("the batch has two attempts");

describe("lines of batches", () => {
  it("tell how a batch was formed, how its attempt went, and what is next", () => {
    expect(
      attemptLine({ ...batch, attempts: [failed] }, failed, { paint: asIs }).replace("03:04:08Z", "CLOCK"),
    ).toMatch(
      /^CLOCK {2}7f3c1a2b {2}11 events {2}✖ http_5xx 500 in 2 ms {2}attempt 1 {2}expires now {2}closed by window 2 s {2}injection 5 · delivery 5 · open 1$/,
    );
    expect(attemptLine(batch, recovered, { paint: asIs }).replace("03:04:10Z", "CLOCK")).toBe(
      "CLOCK  7f3c1a2b  11 events  ✔ 200 in 3 ms  attempt 2  recovered after 2.1 s",
    );
  });

  it("fit a terminal, colours or not: what is in the batch is cut first", () => {
    const paint = (_: unknown, text: string): string => `\u001B[31m${text}\u001B[39m`;
    const line = attemptLine({ ...batch, attempts: [failed] }, failed, { paint, columns: 90 });
    expect(stripVTControlCharacters(line)).toHaveLength(90);
    expect(line).toMatch(/attempt 1 {2}expires now {2}closed by.*…$/);
    expect(attemptLine(batch, recovered, { paint, columns: 80 })).not.toContain("…");
  });

  it("tell how a batch ended without delivery", () => {
    const ended = { ...batch, ended_at: "2026-01-02T07:04:07.000Z" };
    expect(endLine({ ...ended, state: "expired" }, asIs)).toMatch(
      / {2}7f3c1a2b {2}11 events {2}✖ expired after 2 attempts$/,
    );
    const rest = { ...ended, state: "expired", attempts: [] } as const;
    expect(
      expiryReasons.map((reason) => endLine({ ...rest, expired_for: reason }, asIs)?.replace(/^.*events {2}/, "")),
    ).toEqual([
      "✖ expired unsent: its retry window ended",
      "✖ expired unsent: a day had passed, as the target took batches more slowly than they came",
      "✖ expired unsent: its webhook was deleted",
      "✖ expired unsent: none of its events could be read; they are put aside for the operator",
    ]);
    expect(endLine({ ...ended, state: "split", split_into: ["aaaaaaaa-1", "bbbbbbbb-2"] }, asIs)).toMatch(
      /split into aaaaaaaa and bbbbbbbb$/,
    );
    expect(endLine({ ...ended, state: "delivered" }, asIs)).toBeUndefined();
  });

  it("leave out what is not known, and keep what a terminal would obey away", () => {
    const { closed_by: _, ...older } = batch;
    expect(closedText(older)).toBe("");
    expect(typesText(undefined)).toBe("");
    expect(typesText({ "\u001b[31mevil": 1 })).not.toContain("\u001b");
  });
});

describe("values of options", () => {
  it("are taken as meant", () => {
    expect(duration("90s")).toBe(90_000);
    expect(time("2026-01-02T03:04:05+01:00")).toBe("2026-01-02T02:04:05.000Z");
    expect(Math.abs(Date.parse(time("5m")) - (Date.now() - 300_000))).toBeLessThan(5_000);
    expect(list(" a, b,,c ")).toEqual(["a", "b", "c"]);
    expect(pairs("B=2=3", pairs("A=1"))).toEqual({ A: "1", B: "2=3" });
    expect(wholeNumber({ from: 1, to: 10 })("10")).toBe(10);
  });

  it.each([
    [duration, "90"],
    [time, "tomorrow"],
    [time, "2026-13-45"],
    [list, ","],
    [pairs, "novalue"],
    [wholeNumber({ from: 1, to: 10 }), "11"],
    [wholeNumber({ from: 1, to: 10 }), "1e1"],
    [wholeNumber({ from: 1, to: 10 }), ""],
  ])("are refused: %o %j", (parse, text) => {
    expect(() => parse(text)).toThrow("It must");
  });
});

describe("checks of this machine", () => {
  it("need a Node that is new enough", () => {
    expect(["24.0.0", "22.19.0", "23.1.0"].map((version) => nodeCheck(version).state)).toEqual(["ok", "ok", "ok"]);
    expect(nodeCheck("22.18.5")).toMatchObject({ state: "failed", fix: expect.stringContaining("22.19") });
  });

  it("warn of a clock that is wrong, and not of a slow answer", () => {
    expect(skewCheck(10_000, 11_500).state).toBe("ok");
    expect(skewCheck(10_000, 40_000)).toMatchObject({ state: "warning", detail: "this machine is 30 s ahead" });
    expect(skewCheck(40_000, 10_000)).toMatchObject({ state: "warning", detail: "this machine is 30 s behind" });
  });
});

describe("progress", () => {
  it("is silent where nobody sees it, and takes its line away", () => {
    const lines: string[] = [];
    const progress = progressOf({ status: (line) => lines.push(line) }, "Counting");
    progress.show(0.5, "1 of 2");
    progress.end();
    // Work that has only just begun shows no bar.
    expect(lines).toEqual([""]);
    expect(() => progressOf({}, "Counting").show(0.5, "")).not.toThrow();
  });
});
