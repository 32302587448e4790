import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closedBreaker } from "#shared/delivery/breaker.ts";
import { askForTurn, needsTurn, noTurns, recentAnswerMs, turnMs, type Turns } from "#shared/delivery/turns.ts";
import type { WebhookHealth } from "#shared/webhooks/webhook.ts";

const clock = { scale: 1 };
const windowMs = 30_000;
const healthOf = (fields: Partial<WebhookHealth> = {}): WebhookHealth => ({
  active: true,
  settingsRevision: 1,
  breaker: closedBreaker,
  breakerRevision: 0,
  answerMs: 500,
  turns: noTurns,
  turnsRevision: 0,
  name: "Example webhook",
  createdAt: "2026-01-02T03:04:00.000Z",
  told: {},
  toldRevision: 0,
  ...fields,
});
const ask = (turns: Turns, id: string, since: number, now: number, fields: Partial<WebhookHealth> = {}) =>
  askForTurn(healthOf({ turns, ...fields }), { id, since, waitingSince: since }, { now, clock, random: 0.5 });
const without = (turns: Turns, id: string): Turns => {
  const { [id]: _left, ...held } = turns.held;
  return { ...turns, held };
};

describe("a turn", () => {
  it("is for targets that are not known to answer fast, when the gate lets their batches go", () => {
    const open = { kind: "open", openedAt: 0, reason: "http_5xx", failedProbes: 0, until: 100 } as const;
    expect(needsTurn(healthOf(), 0, false)).toBe(true);
    expect(needsTurn(healthOf({ answerMs: 249 }), 0, false)).toBe(false);
    const { answerMs: _answerMs, ...unknown } = healthOf();
    expect(needsTurn(unknown, 0, false)).toBe(true);
    expect(needsTurn(healthOf({ active: false }), 0, false)).toBe(false);
    expect(needsTurn(healthOf({ breaker: open }), 99, false)).toBe(false);
    expect(needsTurn(healthOf({ breaker: open }), 100, false)).toBe(true);
  });

  it("is for what somebody asked for also while the breaker is open, which does not hold that back", () => {
    const open = { kind: "open", openedAt: 0, reason: "response_timeout", failedProbes: 0, until: 100 } as const;
    expect(needsTurn(healthOf({ breaker: open }), 99, true)).toBe(true);
    expect(needsTurn(healthOf({ breaker: open, answerMs: 249 }), 99, true)).toBe(false);
    expect(needsTurn(healthOf({ breaker: open, active: false }), 99, true)).toBe(false);
  });

  it("is one at a time at first; the others wait, and a copy of the holder, too", () => {
    const { kind, turns } = ask(noTurns, "a", 0, 0);
    expect(kind).toBe("go");
    expect(ask(turns, "b", 1, 1).kind).toBe("wait");
    expect(ask(turns, "a", 1, 1)).toEqual({ kind: "wait", turns, delaySeconds: 1 });
    expect(ask(without(turns, "a"), "b", 1, 2).kind).toBe("go");
  });

  it("ends by itself when its function has died", () => {
    const { turns } = ask(noTurns, "a", 0, 0);
    expect(ask(turns, "b", turnMs - 1, turnMs - 1).kind).toBe("wait");
    expect(ask(turns, "b", turnMs, turnMs)).toMatchObject({ kind: "go", turns: { held: { b: 2 * turnMs } } });
  });

  it("goes to who has waited longest, as long as that one looks again", () => {
    const { turns: held } = ask(noTurns, "a", 0, 0);
    const waiting = ask(held, "b", 1, 1);
    expect(waiting).toMatchObject({ kind: "wait", delaySeconds: 1, turns: { first: { id: "b", since: 1 } } });
    const free = without(waiting.turns, "a");
    expect(ask(free, "c", 2, 3).kind).toBe("wait");
    expect(ask(free, "c", 2, 3).turns).toBe(free);
    expect(ask(free, "b", 1, 3)).toMatchObject({ kind: "go", turns: { held: { b: 3 + turnMs } } });
    expect(ask(free, "b", 1, 3).turns.first).toBeUndefined();
    expect(ask(free, "c", 2, 11_000).kind).toBe("go");
  });

  it("goes first to a batch whose retry window runs, which widens nothing before it has waited", () => {
    const waiting = ask(ask(noTurns, "a", 0, 5).turns, "b", 10, windowMs + 5).turns;
    const retry = { id: "r", since: 5, waitingSince: windowMs + 6 };
    const asked = askForTurn(healthOf({ turns: waiting }), retry, { now: windowMs + 6, clock, random: 0.5 });
    expect(asked).toMatchObject({ kind: "wait", delaySeconds: 1, turns: { width: 1, first: { id: "r", since: 5 } } });
  });

  it("is looked for less often by those behind the first, and a minute later at the latest", () => {
    const first = { id: "b", since: 0, until: 10_000_000 };
    const held = { ...noTurns, held: { a: 10_000_000 }, first };
    const delays = [1, 9_000, 80_000, 1_000_000].map((waited) => ask(held, "c", 1, 1 + waited));
    expect(delays.map((answer) => answer.kind === "wait" && answer.delaySeconds)).toEqual([1, 2, 10, 60]);
  });

  it("is not looked for twice by those behind the first while the target answers one POST", () => {
    const { turns } = ask(ask(noTurns, "a", 0, 0).turns, "b", 1, 1);
    const looks = [999, 3_700, 6_000].map((answerMs) => ask(turns, "c", 2, 3, { answerMs }));
    expect(looks.map((answer) => answer.kind === "wait" && answer.delaySeconds)).toEqual([1, 3, 6]);
    expect(ask(turns, "b", 1, 1_001, { answerMs: 6_000 })).toMatchObject({ kind: "wait", delaySeconds: 1 });
  });

  it("costs the first in line a write now and then, and not with every look", () => {
    const { turns } = ask(ask(noTurns, "a", 0, 0).turns, "b", 1, 1);
    expect(ask(turns, "b", 1, 1_001).turns).toBe(turns);
    expect(ask(turns, "b", 1, 6_000).turns).not.toBe(turns);
  });

  it("is one more when somebody has waited a window although all is well, as far as answers allow", () => {
    const { turns } = ask(noTurns, "a", 0, 0);
    expect(ask(turns, "b", 0, windowMs - 1).kind).toBe("wait");
    const widened = ask(turns, "b", 0, windowMs);
    expect(widened).toMatchObject({ kind: "go", turns: { width: 2, widenedAt: windowMs } });
    expect(ask(widened.turns, "c", 0, windowMs + 1).kind).toBe("wait");
    expect(ask(widened.turns, "c", 0, 2 * windowMs)).toMatchObject({ kind: "go", turns: { width: 3 } });
    expect(ask(turns, "b", 0, windowMs, { answerMs: 1_600 }).kind).toBe("wait");
    expect(ask(turns, "b", 0, windowMs, { breaker: { kind: "closed", failures: 1 } }).kind).toBe("wait");
    // Slower answers narrow it again.
    expect(ask(without(widened.turns, "b"), "c", windowMs, windowMs, { answerMs: 2_000 }).kind).toBe("wait");
  });

  it("is one after a time-out", () => {
    const timedOut = { breaker: { kind: "closed", failures: 1, timedOut: true } } as const;
    const wide = { ...noTurns, width: 4 };
    const { turns } = ask(wide, "a", 0, 0, timedOut);
    expect(turns.width).toBe(1);
    expect(ask(turns, "b", 0, 1).kind).toBe("wait");
  });

  it("is looked for, after a time-out, when the first in line has told whether the target answers again, and not by all at once", () => {
    const breaker = { kind: "closed", failures: 1, timedOut: true } as const;
    const { turns } = ask(ask(noTurns, "a", 0, 0, { breaker }).turns, "b", 1, 1, { breaker });
    expect(ask(turns, "b", 1, 1_001, { breaker })).toMatchObject({ kind: "wait", delaySeconds: 1 });
    const delayOf = (random: number, scale: number): unknown => {
      const asker = { id: "c", since: 2, waitingSince: 2 };
      const answer = askForTurn(healthOf({ turns, breaker }), asker, { now: 3, clock: { scale }, random });
      return answer.kind === "wait" && answer.delaySeconds;
    };
    expect([0, 0.5, 1].map((random) => delayOf(random, 1))).toEqual([10, 20, 30]);
    expect([0, 0.5, 1].map((random) => delayOf(random, 60))).toEqual([1, 1, 1]);
  });
});

it("never more than the width are held, and everybody has a turn, whatever comes and dies", () => {
  const breaker = { kind: "closed", failures: 1, timedOut: true } as const;
  const step = fc.record({ who: fc.nat({ max: 9 }), dies: fc.boolean(), passes: fc.nat({ max: 20_000 }) });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.constantFrom(300, 900, 4_000),
      fc.boolean(),
      (steps, answerMs, timedOut) => {
        let turns = noTurns;
        let now = 0;
        const waiting = new Map<string, { readonly since: number; readonly at: number }>();
        const look = (id: string, since: number): boolean => {
          const answer = ask(turns, id, since, now, { answerMs, ...(timedOut ? { breaker } : {}) });
          turns = answer.turns;
          const live = Object.values(turns.held).filter((until) => until > now);
          expect(live.length).toBeLessThanOrEqual(Math.max(1, Math.floor(3_000 / answerMs)));
          expect(live.length).toBeLessThanOrEqual(turns.width);
          if (answer.kind === "wait") waiting.set(id, { since, at: now + answer.delaySeconds * 1_000 });
          else waiting.delete(id);
          return answer.kind === "go";
        };
        const lookAll = (dies: boolean): void => {
          for (const [id, { since, at }] of new Map(waiting)) {
            if (at <= now && look(id, since) && !dies) turns = without(turns, id);
          }
        };
        for (const [n, { who, dies, passes }] of steps.entries()) {
          now += passes;
          const id = `${n}-${who}`;
          if (look(id, now) && !dies) turns = without(turns, id);
          lookAll(dies);
        }
        for (let rounds = 0; waiting.size > 0 && rounds < 10_000; rounds += 1) {
          now += 1_000;
          lookAll(false);
        }
        expect(waiting.size).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

it("the recent answer time rises with a slow answer at once, and falls slowly", () => {
  expect(recentAnswerMs(undefined, 40.4)).toBe(40);
  expect(recentAnswerMs(40, 6_000)).toBe(3_020);
  let answerMs = 3_020;
  let answers = 0;
  for (; answerMs >= 250; answers += 1) answerMs = recentAnswerMs(answerMs, 40);
  expect(answers).toBeGreaterThan(5);
  expect(answers).toBeLessThan(20);
});
