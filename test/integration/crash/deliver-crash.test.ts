import { describe, expect, it } from "vitest";
import { type KillPoint, type KillSwitch, killSwitch, mayChange, type Moment } from "../../support/kill-switch.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { faultsOf, useWorld } from "./use-world.ts";

/** A busy machine may take minutes for what takes seconds on a quiet one. */
const sweepTimeoutMs = 900_000;

const system = useWorld();

/** Whether to kill wherever that leaves something else behind, as `npm run test:crash` asks. */
const isFull = process.env["CRASH_SWEEP"] === "full";
/** By default scenarios share the kinds of call between them: each takes every third. */
const share = 3;
/** Kinds of call that were struck in any scenario. */
const struckAnywhere = new Set<string>();

/**
 * Where to kill: in a full sweep wherever a kill leaves something else behind, by default before the first call of a kind or
 * after the last.
 */
const awaitsOf = (life: KillSwitch, moment: Moment, offset: number): readonly (number | KillPoint)[] => {
  if (isFull) return life.killPoints(moment);
  const calls = life.calls();
  const isEdge = (call: string, index: number): boolean =>
    index === (moment === "before" ? calls.indexOf(call) : calls.lastIndexOf(call));
  const edges = calls.flatMap((call, index) => (isEdge(call, index) ? [index + 1] : []));
  return edges.filter((_, index) => index % share === offset % share);
};

/** Runs a scenario once for each chosen await and kills the invocation there; returns what was struck, and every fault. */
const killAtAwaits = async (scenario: Scenario, moment: Moment) => {
  const struck = new Set<string>();
  const faults: string[] = [];
  const run = async (at: number | KillPoint): Promise<KillSwitch> => {
    const world = await system.begin(scenario);
    const plan = killSwitch(at, moment);
    await world.drain({ plan });
    const call = plan.struck();
    const found = await faultsOf(world, scenario);
    await world.close();
    const place = `killed ${moment} ${JSON.stringify(at)} (${call ?? "none"})`;
    faults.push(...found.map((fault) => `${place}: ${fault}`));
    if (typeof at === "object" && call === undefined) faults.push(`${place}: no call was struck`);
    if (call !== undefined) struck.add(call);
    return plan;
  };

  const offset = scenarios.indexOf(scenario) + (moment === "before" ? 0 : 1);
  const life = await run(0);
  for (const at of awaitsOf(life, moment, offset)) await run(at);
  return { calls: life.calls(), struck, faults };
};

describe.each(scenarios)("batches $name", (scenario) => {
  it.each(["before", "after"] as const)(
    "survive a kill %s the effect of each call",
    async (moment) => {
      const { calls, struck, faults } = await killAtAwaits(scenario, moment);
      expect(faults).toEqual([]);
      expect(struck.size).toBeGreaterThan(0);
      expect(calls).toEqual(expect.arrayContaining([...scenario.calls]));
      for (const call of struck) struckAnywhere.add(call);
    },
    sweepTimeoutMs,
  );
});

it("each kind of call that changes something was struck in one of these lives", () => {
  const kinds = new Set(scenarios.flatMap(({ calls }) => calls).filter(mayChange));
  expect([...struckAnywhere]).toEqual(expect.arrayContaining([...kinds]));
});
