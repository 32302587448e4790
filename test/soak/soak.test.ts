import { expect, it } from "vitest";
import { type FaultName, faultNames } from "./faults.ts";
import { runSoak } from "./run-soak.ts";

const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);
/** What is open after the faults gets up to eleven minutes on a busy machine; mostly it takes half a minute. */
const timeoutMs = 13 * 60_000;

it.each<{
  readonly name: string;
  readonly faults: readonly FaultName[];
  readonly kills: number;
  readonly seconds: number;
}>([
  { name: "kills of the whole runtime", faults: ["process"], kills: 10, seconds: 20 },
  { name: "hostile inputs", faults: ["hostile"], kills: 0, seconds: 15 },
  { name: "all faults at once", faults: faultNames, kills: 10, seconds: 10 },
])(
  "$name break no promise",
  async ({ name, faults, kills, seconds }) => {
    const told: string[] = [];
    const report = await runSoak({
      seconds,
      seed,
      kills,
      faults: new Set(faults),
      progress: (text) => void told.push(text),
      log: () => undefined,
    });
    const facts = `seed ${seed}, ${report.kills} kills, ${report.accepted} events accepted, ${report.batches} batches`;
    expect(report.violations, [facts, JSON.stringify(report.counts), ...told].join("\n")).toEqual([]);
    // How many there were in the time depends on the machine.
    if (kills > 0) expect(report.kills, facts).toBeGreaterThan(0);
    process.stdout.write(`soak, ${name}: ${facts}, nothing lost\n`);
  },
  timeoutMs,
);
