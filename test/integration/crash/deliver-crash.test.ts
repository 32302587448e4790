import { describe, expect, it } from "vitest";
import { type KillSwitch, killSwitch, type Moment } from "../../support/kill-switch.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { faultsOf, useWorld } from "./use-world.ts";

/** No life has more; one that does never ends. */
const maxAwaits = 400;
const timeoutMs = 120_000;

const system = useWorld();

/**
 * Numbers of the awaits to kill at. By default before the first call of each kind and after the last, then the others as far
 * as a kind has not been struck: what runs at the same time may change places. `.ci/run` asks for all.
 */
const awaitsOf = (
  calls: readonly string[],
  moment: Moment,
): { readonly chosen: readonly number[]; readonly others: readonly number[] } => {
  const numbers = Array.from({ length: maxAwaits }, (_, index) => index + 1);
  if (process.env["CRASH_SWEEP"] === "full") return { chosen: numbers, others: [] };
  const callAt = (at: number): string => calls[at - 1] ?? "";
  const isChosen = (at: number): boolean =>
    at - 1 === (moment === "before" ? calls.indexOf(callAt(at)) : calls.lastIndexOf(callAt(at)));
  return { chosen: numbers.filter(isChosen), others: numbers.filter((at) => !isChosen(at)) };
};

/** Runs a scenario once for each of its awaits and kills the invocation there; returns what was struck, and every fault. */
const killAtEachAwait = async (scenario: Scenario, moment: Moment) => {
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

  const { chosen, others } = awaitsOf((await run(0)).calls(), moment);
  for (const at of chosen) {
    const { struck: call } = await run(at);
    // Behind the last await nothing is left to kill.
    if (others.length === 0 && call() === undefined) return { struck, faults };
  }
  for (const at of others) {
    if (scenario.calls.every((call) => struck.has(call))) return { struck, faults };
    if ((await run(at)).struck() === undefined) return { struck, faults };
  }
  if (others.length === 0) throw new Error("The life never ends");
  return { struck, faults };
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
