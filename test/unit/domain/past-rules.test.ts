import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasPausedBetween } from "#shared/webhooks/past-pauses.ts";
import { rememberRules, rulesAt, withRules } from "#shared/webhooks/past-rules.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { webhook } from "../../support/builders.ts";

const hourMs = 3_600_000;
const at = Date.parse("2026-01-02T03:04:05.000Z");

/** Changes a webhook as the API does. */
const changed = (before: Webhook, fields: Partial<Webhook>, when = at): Webhook => {
  const { pastRules: _pastRules, ...kept } = { ...before, ...fields };
  const revision = before.revision + 1;
  return { ...kept, ...rememberRules(before, kept, { revision, at: when, keptMs: 24 * hourMs }), revision };
};

const created = webhook({ events: ["delivery"], rulesSince: 1 });

describe("a webhook's rules", () => {
  it("are found by revision, whatever has changed since", () => {
    let current = changed(created, { name: "other" });
    current = changed(current, { events: ["bounce"], subaccountId: 7 });
    current = changed(current, { batchSize: 5 });
    current = changed(current, { eventsMode: "all" });
    expect([1, 2].map((revision) => rulesAt(current, revision))).toMatchObject([
      { eventsMode: "selected", events: ["delivery"] },
      { eventsMode: "selected", events: ["delivery"] },
    ]);
    expect(rulesAt(current, 2)).not.toHaveProperty("subaccountId");
    expect(rulesAt(current, 4)).toMatchObject({ eventsMode: "selected", events: ["bounce"], subaccountId: 7 });
    expect(rulesAt(current, 5)).toMatchObject({ eventsMode: "all" });
  });

  it("are forgotten when the stream has nothing left that was routed by them", () => {
    const current = changed(changed(created, { events: ["bounce"] }), { events: ["click"] }, at + 25 * hourMs);
    expect(rulesAt(current, 1)).toBeUndefined();
    expect(rulesAt(current, 2)).toMatchObject({ events: ["bounce"] });
  });

  it("are the same in whatever order a store gives their keys back", () => {
    const before = changed(created, { filter: { field: "campaign_id", eq: "spring" } });
    const after = changed(before, { filter: { eq: "spring", field: "campaign_id" } });
    expect(after.rulesSince).toBe(before.revision);
    expect(after.pastRules).toEqual(before.pastRules);
  });

  it("are bounded in number", () => {
    let current = created;
    for (let change = 0; change < 50; change += 1) current = changed(current, { subaccountId: change });
    expect(current.pastRules).toHaveLength(20);
    expect(rulesAt(current, 50)).toMatchObject({ subaccountId: 48 });
  });

  it("are found with filter and selection, which may come and go", () => {
    const filter = { field: "campaign_id", eq: "spring" } as const;
    let current = changed(created, { filter, fields: { exclude: ["rcpt_to"] }, mask: ["raw_rcpt_to"], maskKey: "k" });
    expect(rulesAt(current, 1)).not.toHaveProperty("filter");
    current = changed(current, { filter: { not: filter } });
    expect(rulesAt(current, 2)).toMatchObject({ filter, fields: { exclude: ["rcpt_to"] }, mask: ["raw_rcpt_to"] });
    expect(rulesAt(current, 3)).toMatchObject({ filter: { not: filter } });
    expect(withRules(current, created)).not.toHaveProperty("filter");
    expect(withRules(current, created)).toMatchObject({ maskKey: "k" });
  });

  it("are bounded in length", () => {
    let current = created;
    const filterOf = (change: number) => ({ field: "a", eq: `${change}`.padStart(9_000, "x") });
    for (let change = 0; change < 10; change += 1) current = changed(current, { filter: filterOf(change) });
    expect(current.pastRules).toHaveLength(3);
    expect(rulesAt(current, 10)).toMatchObject({ filter: filterOf(8) });
  });

  it("of a webhook that an earlier version has written are those of its present revision alone", () => {
    const earlier = webhook({ revision: 4 });
    expect(rulesAt(earlier, 3)).toBeUndefined();
    expect(rulesAt(earlier, 4)).toBe(earlier);
    const current = changed(earlier, { name: "other" });
    expect([3, 4, 5].map((revision) => rulesAt(current, revision) === undefined)).toEqual([true, false, false]);
  });
});

describe("a webhook's pauses", () => {
  const iso = (minute: number): string => new Date(at + minute * 60_000).toISOString();
  const between = (from: number, to: number) => ({ from: at + from * 60_000, to: at + to * 60_000 });

  it("are those that its changes tell, whichever they are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 8 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 60 }),
        fc.nat(10),
        (minutes, beganActive, from, length) => {
          const times = minutes.toSorted((a, b) => a - b);
          const isActive = (minute: number): boolean =>
            times.filter((time) => time <= minute).length % 2 === 0 ? beganActive : !beganActive;
          const changes = times.map((time) => ({
            action: isActive(time) ? ("resumed" as const) : ("paused" as const),
            at: iso(time),
          }));
          const edits = [{ action: "updated" as const, at: iso(25) }];
          const newestFirst = [...changes, ...edits].toSorted((a, b) => b.at.localeCompare(a.at));
          const last = times.at(-1);
          const now = { active: isActive(60), ...(last === undefined ? {} : { activeChangedAt: iso(last) }) };
          // The minute of a resumption counts as well: it was paused until then.
          const wasPaused = Array.from({ length: length + 1 }, (_, n) => from + n).some(
            (minute) => !isActive(minute) || (times.includes(minute) && isActive(minute)),
          );
          expect(wasPausedBetween(now, newestFirst, between(from, from + length))).toBe(wasPaused);
        },
      ),
    );
  });

  it("count from its beginning where only the last change of it is known", () => {
    expect(wasPausedBetween({ active: true, activeChangedAt: iso(5) }, [], between(1, 2))).toBe(true);
    expect(wasPausedBetween({ active: true, activeChangedAt: iso(5) }, [], between(6, 7))).toBe(false);
    expect(wasPausedBetween({ active: false, activeChangedAt: iso(5) }, [], between(1, 2))).toBe(false);
    expect(wasPausedBetween({ active: false }, [], between(1, 2))).toBe(true);
    expect(wasPausedBetween({ active: true }, [], between(1, 2))).toBe(false);
  });
});
