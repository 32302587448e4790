import { describe, expect, it } from "vitest";
import { killSwitch, type Moment } from "../../support/kill-switch.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { faultsOf, useWorld } from "./use-world.ts";

/** No life has more; one that does never ends. */
const maxAwaits = 400;
const timeoutMs = 120_000;

const system = useWorld();

/** Runs a scenario once for each of its awaits and kills the invocation there; returns what was struck, and every fault. */
const killAtEachAwait = async (scenario: Scenario, moment: Moment) => {
  const struck = new Set<string>();
  const faults: string[] = [];
  for (let at = 1; at <= maxAwaits; at += 1) {
    const world = await system.begin(scenario);
    const plan = killSwitch(at, moment);
    await world.drain({ plan });
    const call = plan.struck();
    const found = await faultsOf(world, scenario);
    await world.close();
    faults.push(...found.map((fault) => `killed ${moment} await ${at} (${call ?? "none"}): ${fault}`));
    if (call === undefined) return { struck, faults };
    struck.add(call);
  }
  throw new Error("The life never ends");
};

describe.each(scenarios)("batches $name", (scenario) => {
  it.each(["before", "after"] as const)(
    "survive a kill %s the effect of each call",
    async (moment) => {
      const { struck, faults } = await killAtEachAwait(scenario, moment);
      expect(faults).toEqual([]);
      expect([...struck]).toEqual(expect.arrayContaining([...scenario.calls]));
    },
    timeoutMs,
  );
});
