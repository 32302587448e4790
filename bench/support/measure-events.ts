import type { Report } from "./benchmark.ts";
import { createTelemetry, type Telemetry } from "#shared/runtime/telemetry.ts";

const warmUps = 12;
const runs = 9;

/**
 * Runs a handler on the same events again and again and reports two rates: by the clock, and by the CPU time of all threads
 * of this process. The second is what one core does, and changes little when other programs use the machine.
 */
export const measureEvents = async (
  report: Report,
  work: {
    readonly name: string;
    readonly size: string;
    readonly events: number;
    /** Bytes of the events' JSON, where their rate says more. */
    readonly eventBytes?: number;
    readonly run: () => Promise<void>;
  },
): Promise<void> => {
  const byClock: number[] = [];
  const byCpu: number[] = [];
  for (let run = 1 - warmUps; run <= runs; run += 1) {
    if (run === 1 - warmUps) report.progress(`${work.name}: warming up`);
    if (run > 0) report.progress(`${work.name}: run ${run} of ${runs}`);
    const cpuAtStart = process.cpuUsage();
    const startedAt = performance.now();
    await work.run();
    const seconds = (performance.now() - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(cpuAtStart);
    if (run < 1) continue;
    byClock.push(work.events / seconds);
    byCpu.push(work.events / ((user + system) / 1_000_000));
  }
  const { name, size, eventBytes } = work;
  report.figure({ name: `${name}, by the clock`, size, unit: "events/s", runs: byClock });
  report.figure({ name: `${name}, one core`, size, unit: "events/CPU-s", runs: byCpu });
  if (eventBytes === undefined) return;
  const megabytes = byCpu.map((rate) => (rate / work.events) * (eventBytes / 1_000_000));
  report.figure({ name: `${name}, one core`, size, unit: "MB/CPU-s", runs: megabytes });
};

/** A function's telemetry that writes nothing: the few lines of an invocation weigh little beside its events. */
export const quietTelemetry = (functionName: string): Telemetry => {
  process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
  process.env["POWERTOOLS_METRICS_DISABLED"] = "true";
  return createTelemetry(functionName);
};
