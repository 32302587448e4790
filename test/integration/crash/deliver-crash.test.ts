import { describe, expect, it } from "vitest";
import { type KillSwitch, killSwitch, type Moment } from "../../support/kill-switch.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { faultsOf, useWorld } from "./use-world.ts";

/** No life has more; one that does never ends. */
const maxAwaits = 400;
const timeoutMs = 120_000;

const system = useWorld();

/** Whether to kill at every await, as `.ci/run` asks. */
const isFull = process.env["CRASH_SWEEP"] === "full";
/** By default scenarios share the kinds of call between them: each takes every third. */
const share = 3;
/** Kinds of call that were struck in any scenario. */
const struckAnywhere = new Set<string>();

/**
 * Numbers of the awaits to kill at. By default these come before the first call of a kind or after the last. The others are
 * for the case that what runs at the same time changed places, so that nothing was struck.
 */
const awaitsOf = (
  calls: readonly string[],
  moment: Moment,
  offset: number,
): { readonly chosen: readonly number[]; readonly others: readonly number[] } => {
  const numbers = Array.from({ length: maxAwaits }, (_, index) => index + 1);
  if (isFull) return { chosen: numbers, others: [] };
  const callAt = (at: number): string => calls[at - 1] ?? "";
  const isEdge = (at: number): boolean =>
    at - 1 === (moment === "before" ? calls.indexOf(callAt(at)) : calls.lastIndexOf(callAt(at)));
  const chosen = numbers.filter(isEdge).filter((_, index) => index % share === offset % share);
  return { chosen, others: numbers.filter((at) => !chosen.includes(at)) };
};

/** Runs a scenario once for each chosen await and kills the invocation there; returns what was struck, and every fault. */
const killAtAwaits = async (scenario: Scenario, moment: Moment) => {
  const struck = new Set<string>();
  const faults: string[] = [];
  const run = async (at: number): Promise<KillSwitch> => {
    const world = await system.begin(scenario);
    const plan = killSwitch(at, moment);
    await world.drain({ plan });
    const call = plan.struck();
    const found = await faultsOf(world, scenario);
    await world.close();
    faults.push(...found.map((fault) => `killed ${moment} await ${at} (${call ?? "none"}): ${fault}`));
    if (call !== undefined) struck.add(call);
    return plan;
  };

  const offset = scenarios.indexOf(scenario) + (moment === "before" ? 0 : 1);
  const { chosen, others } = awaitsOf((await run(0)).calls(), moment, offset);
  for (const at of chosen) {
    // Behind the last await nothing is left to kill.
    if ((await run(at)).struck() === undefined && isFull) return { struck, faults };
  }
  if (isFull) throw new Error("The life never ends");
  for (const at of others) {
    if (struck.size > 0) break;
    await run(at);
  }
  return { struck, faults };
};

describe.each(scenarios)("batches $name", (scenario) => {
  it.each(["before", "after"] as const)(
    "survive a kill %s the effect of each call",
    async (moment) => {
      const { struck, faults } = await killAtAwaits(scenario, moment);
      expect(faults).toEqual([]);
      expect(struck.size).toBeGreaterThan(0);
      if (isFull) expect([...struck]).toEqual(expect.arrayContaining([...scenario.calls]));
      for (const call of struck) struckAnywhere.add(call);
    },
    timeoutMs,
  );
});

it("each kind of call was struck in one of these lives", () => {
  const kinds = new Set(scenarios.flatMap(({ calls }) => calls));
  expect([...struckAnywhere]).toEqual(expect.arrayContaining([...kinds]));
});
