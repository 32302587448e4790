import { describe, expect, it, test } from "vitest";
import type { AttemptFact, DevFact } from "../../../local/dev-fact.ts";
import { factLines } from "../../../local/fact-text.ts";
import { createLogFacts } from "../../../local/function-log.ts";
import { actionOfKey, generatorKeysText, sinkKeysLines } from "../../../local/keys.ts";
import { createScreen } from "../../../local/screen.ts";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";

const now = Date.UTC(2026, 0, 2, 12, 0, 4);
const iso = (afterMs: number): string => new Date(now + afterMs).toISOString();
const shown = (fact: DevFact): readonly string[] => factLines(fact, { hasColour: false, now: () => now });

const attempt: AttemptFact = {
  event: "attempt",
  batchId: "7f3c0000-0000",
  webhookId: "w1",
  events: 11,
  attempt: 1,
  outcome: "delivered",
  status: 200,
  latencyMs: 3,
};

describe("an attempt", () => {
  it("that delivers a new batch shows what is in it and what closed it", () => {
    const eventTypes = { injection: 5, delivery: 4, open: 1, click: 1 };
    expect(shown({ ...attempt, eventTypes, closedBy: "window", windowMs: 2_004 })).toEqual([
      "12:00:04Z  7f3c…  11 events  ✔ 200 in 3 ms   attempt 1   injection 5 · delivery 4 · open 1 · click 1   closed by window 2.0 s",
    ]);
    expect(shown({ ...attempt, closedBy: "count" })[0]).toMatch(/ 3 ms {3}attempt 1 {3}closed by count$/);
    expect(shown({ ...attempt, closedBy: "window", windowMs: 0, replayId: "r1" })[0]).toMatch(/attempt 1 {3}replay$/);
  });

  it("that fails shows why, when the next one comes and when it is over", () => {
    const failed = { outcome: "failed", reason: "http_5xx", status: 500, attempt: 2, closedBy: "window" } as const;
    expect(shown({ ...attempt, ...failed, nextAttemptAt: iso(1_040), expiresAt: iso(239_000) })).toEqual([
      "12:00:04Z  7f3c…  11 events  ✖ http_5xx 500 in 3 ms   attempt 2   next in 1.0 s   expires in 3:59",
    ]);
    expect(shown({ ...attempt, outcome: "failed", reason: "response_timeout", latencyMs: 6_001 })[0]).toContain(
      "✖ response_timeout 200 in 6.0 s",
    );
    expect(shown({ ...attempt, outcome: "failed", expiresAt: iso(4 * 3_600_000) })[0]).toContain("expires in 4:00:00");
  });

  it("that recovers, repeats or replays says so", () => {
    const facts = { attempt: 3, recoveredAfterMs: 2_100, isDuplicate: true, replayId: "r1" };
    expect(shown({ ...attempt, ...facts })).toEqual([
      "12:00:04Z  7f3c…  11 events  ✔ 200 in 3 ms   attempt 3   recovered after 2.1 s   duplicate: the sink had it   replay",
    ]);
  });

  it("stands on as many lines as the terminal needs, each broken between two facts", () => {
    const eventTypes = { injection: 5, delivery: 4, open: 1, click: 1 };
    const fact: AttemptFact = { ...attempt, eventTypes, closedBy: "window", windowMs: 2_004 };
    const linesOf = (hasColour: boolean, columns: number): readonly string[] =>
      factLines(fact, {
        hasColour,
        now: () => now,
        columns: () => columns,
        batchUrl: () => `http://c/${"x".repeat(90)}`,
      });
    const folded = linesOf(false, 80).map((line) => stripVTControlCharacters(line));
    expect(folded).toEqual([
      "12:00:04Z  7f3c…  11 events  ✔ 200 in 3 ms   attempt 1",
      "           injection 5 · delivery 4 · open 1 · click 1   closed by window 2.0 s",
    ]);
    // Colours and links take no room.
    expect(linesOf(true, 80).map((line) => stripVTControlCharacters(line))).toEqual(folded);
    expect(linesOf(true, 200)).toHaveLength(1);
    // Many types alone are more than a line.
    expect(
      linesOf(false, 40)
        .map((line) => stripVTControlCharacters(line))
        .slice(1),
    ).toEqual([
      "           attempt 1",
      "           injection 5 · delivery 4",
      "           open 1 · click 1",
      "           closed by window 2.0 s",
    ]);
  });

  it("links to its page where the terminal can", () => {
    const [line] = factLines(attempt, {
      hasColour: true,
      now: () => now,
      batchUrl: (id, batch) => `http://c/#/${id}/${batch}`,
    });
    expect(line).toContain("\u001B]8;;http://c/#/w1/7f3c0000-0000\u00077f3c…\u001B]8;;\u0007");
  });
});

test("the clocks are named, and how to get production's", () => {
  expect(shown({ event: "clocks", windowSeconds: 2, retryScale: 60 })).toEqual([
    "  Short clocks: window 2 s, retries 60× faster (4 h → 4 min).",
    "  Production's: --window 30 --retry-scale 1",
    "",
  ]);
  expect(shown({ event: "clocks", windowSeconds: 1, retryScale: 1_200 })[0]).toContain("(4 h → 12 s)");
  expect(shown({ event: "clocks", windowSeconds: 30, retryScale: 1 })[0]).toBe(
    "  Production's clocks: window 30 s, retries for 4 h.",
  );
});

test("totals leave out what did not happen, but never the lost", () => {
  const counts = { eventsIn: 1_234, batches: 12, delivered: 1_234, retried: 0, expired: 0, waiting: 0, unrouted: 0 };
  expect(shown({ event: "totals", ...counts, duplicates: 0, lost: 0 })).toEqual([
    "Totals  events in 1,234 · batches 12 · delivered 1,234 · retried 0 · expired 0 · duplicates 0 · lost 0",
  ]);
  expect(shown({ event: "totals", ...counts, waiting: 5, unrouted: 6 })[0]).toMatch(
    / expired 0 · waiting for an attempt 5 · wanted by no webhook 6$/,
  );
  expect(shown({ event: "totals", ...counts, onTheWay: 7 })[0]).toMatch(/ expired 0 · still on the way 7$/);
});

test("totals are folded where a terminal would break them, and nowhere else", () => {
  const counts = { eventsIn: 1_234_567, batches: 12_345, delivered: 1_234_000, retried: 12, expired: 3, waiting: 5 };
  const fact: DevFact = { event: "totals", ...counts, unrouted: 6, duplicates: 0, lost: 0 };
  const folded = factLines(fact, { hasColour: false, now: () => now, columns: () => 80 });
  expect(folded).toEqual([
    "Totals  events in 1,234,567 · batches 12,345 · delivered 1,234,000 · retried 12",
    "        expired 3 · duplicates 0 · waiting for an attempt 5",
    "        wanted by no webhook 6 · lost 0",
  ]);
  expect(shown(fact)).toEqual([folded.map((line) => line.trim()).join(" · ")]);
});

test.each([
  [{ event: "expired", batchId: "7f3c-1", events: 1 }, "7f3c…  1 event   ✖ expired: deleted undelivered"],
  [
    { event: "parked", batchId: "7f3c-1", events: 2, until: iso(1_500), isAgain: false, batches: 1 },
    "7f3c…  2 events   parked, looked at again in 1.5 s",
  ],
  [
    // A time that has passed is not told as one below zero.
    { event: "parked", batchId: "7f3c-1", events: 2, until: iso(-1_500), isAgain: false, batches: 12 },
    "7f3c…  2 events   parked: 12 batches wait, looked at again at once",
  ],
  [{ event: "split", batchId: "7f3c-1", events: 2, into: ["aaaa-1", "bbbb-1"] }, "split into aaaa… and bbbb…"],
  [{ event: "breaker", webhookId: "w", from: "closed", to: "open" }, "the target is given a rest"],
  [{ event: "breaker", webhookId: "w", from: "open", to: "half_open" }, "breaker half-open: one batch goes as a probe"],
  [{ event: "breaker", webhookId: "w", from: "half_open", to: "closed" }, "the target works again"],
  [{ event: "sink_mode", mode: "500", does: "answers 500" }, "sink now answers 500"],
  [{ event: "generator", rate: 20, isPaused: true }, "generator paused"],
  [{ event: "generator", rate: 20_000, isPaused: false }, "generator now sends 20,000 events/s"],
] as const)("%j is told as '%s'", (fact, text) => {
  expect(shown(fact as DevFact).join("\n")).toContain(text);
});

test("a batch that is parked is told once, however often it is looked at, and again after an attempt", () => {
  const factOf = createLogFacts();
  const park = (batchId: string) => {
    const fact = factOf({ message: "batch.parked", batchId, events: 2, until: iso(1_500) });
    return fact === undefined ? [] : shown(fact);
  };
  const lines = ["a", "b", "a", "b", "a"].map(park);
  expect(lines.map((line) => line.length)).toEqual([1, 1, 0, 0, 0]);
  expect(lines[1]?.[0]).toContain("parked: 2 batches wait");
  factOf({ message: "breaker.changed", batchId: "b" });
  expect(park("b")).toHaveLength(0);
  factOf({ message: "delivery.attempted", batchId: "a" });
  expect(park("a")).toHaveLength(1);
});

describe("the screen", () => {
  const screenOf = (options: { readonly json: boolean; readonly isTerminal: boolean }) => {
    const output = new PassThrough();
    const screen = createScreen({ output, hasColour: false, now: () => now, ...options });
    return { screen, text: () => String(output.read() ?? "") };
  };

  it("writes JSON by the API's names, one object a line", () => {
    const { screen, text } = screenOf({ json: true, isTerminal: true });
    screen.doing("something");
    screen.tell({ ...attempt, isDuplicate: true });
    expect(JSON.parse(text())).toEqual({
      at: iso(0),
      event: "attempt",
      batch_id: "7f3c0000-0000",
      webhook_id: "w1",
      events: 11,
      attempt: 1,
      outcome: "delivered",
      status: 200,
      latency_ms: 3,
      duplicate: true,
    });
  });

  it("shows what is being done only where somebody watches, and removes it", () => {
    const watched = screenOf({ json: false, isTerminal: true });
    watched.screen.doing("first");
    watched.screen.doing("second");
    watched.screen.tell({ event: "help", lines: ["done"] });
    expect(watched.text()).toBe("  … first\r\u001B[2K  … second\r\u001B[2K  done\n");
    const plain = screenOf({ json: false, isTerminal: false });
    plain.screen.doing("first");
    expect(plain.text()).toBe("");
  });
});

describe("keys", () => {
  it("set the sink's modes, but only where there is a sink", () => {
    const modes = "o5sfxh4rnad".split("").map((key) => {
      const action = actionOfKey(key, { hasSink: true });
      return action?.kind === "sink" ? action.mode.mode : undefined;
    });
    const names = ["ok", "500", "slow", "flaky", "reset", "hang", "413", "redirect", "first-n", "auth", "duplicate"];
    expect(modes).toEqual(names);
    expect(actionOfKey("5", { hasSink: false })).toBeUndefined();
  });

  it.each([
    ["+", "faster"],
    ["=", "faster"],
    ["-", "slower"],
    ["p", "pause"],
    ["R", "replay"],
    ["?", "help"],
    ["q", "quit"],
    ["\u0003", "interrupt"],
  ])("%j asks for %s", (key, kind) => {
    expect(actionOfKey(key, { hasSink: false })).toEqual({ kind });
  });

  it.each(["z", "", "toString"])("%j asks for nothing", (key) => {
    expect(actionOfKey(key, { hasSink: true })).toBeUndefined();
  });
});

test("the keys fit a terminal of 80 columns", () => {
  const lines = shown({ event: "help", lines: [...sinkKeysLines, generatorKeysText] });
  expect(lines).toHaveLength(3);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
