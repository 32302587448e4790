/**
 * The whole local system as users run it: `local/main.ts` in its own process, the receiver in another, the producer in a
 * third. The producer POSTs gzip NDJSON to the ingest route; one webhook takes every event. A run's time is that from the
 * first ingest request to the arrival of the last batch, the window included. Every run checks that each event arrived
 * exactly once, by number and by a checksum of the ids. One run before the others warms up.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTidepost } from "../test/support/tidepost.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { count } from "./support/events.ts";
import { startGeneratorProcess } from "./support/generator.ts";
import { startReceiverProcess } from "./support/receiver.ts";

const events = 200_000;
const eventsPerRequest = 5_000;
const concurrency = 4;
const windowSeconds = 1;
const runs = 3;
const key = "local-key";

const measure = async (report: Report, name: string, args: readonly string[]): Promise<void> => {
  const receiver = startReceiverProcess();
  const generator = startGeneratorProcess();
  const tidepost = await startTidepost(["--window", String(windowSeconds), ...args]);
  try {
    const { url: target } = await receiver.ask({ kind: "listen" });
    const created = await tidepost.call("POST", "/webhooks", { body: { name: "All", target, events_mode: "all" } });
    if (created.status !== 200) throw new Error(`The webhook was not created: ${created.text}`);
    const delivered: number[] = [];
    const ingested: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      report.progress(run === 0 ? `${name}: warming up` : `${name}: run ${run} of ${runs}`);
      await generator.ask({ kind: "prepare", seed: run + 1, events, eventsPerRequest });
      await receiver.ask({ kind: "take" });
      const [received, sent] = await Promise.all([
        receiver.ask({ kind: "wait", events }),
        generator.ask({ kind: "send", url: tidepost.apiUrl, key, concurrency }),
      ]);
      if (received.ids !== events || received.distinctIds !== events || received.checksum !== sent.checksum) {
        const { ids, distinctIds } = received;
        throw new Error(`${count(events)} were sent, ${count(ids)} arrived, ${distinctIds} of them different.`);
      }
      if (run === 0) continue;
      delivered.push((events / (received.lastAt - sent.firstAt)) * 1_000);
      ingested.push((events / (sent.lastAt - sent.firstAt)) * 1_000);
    }
    const size = `${count(events)} in requests of ${eventsPerRequest}, ${concurrency} at a time, window ${windowSeconds} s`;
    report.figure({ name: `${name}, ingest to receiver`, size, unit: "events/s", runs: delivered });
    report.figure({ name: `${name}, ingest alone`, size, unit: "events/s", runs: ingested });
  } finally {
    await tidepost.stop();
    await Promise.all([receiver.stop(), generator.stop()]);
  }
};

export const wholePath: Benchmark = {
  method:
    "Local system, receiver and producer in three processes; from the first ingest request to the arrival of the last batch. " +
    "Each event must arrive exactly once.",
  run: async (report) => {
    await measure(report, "in memory", []);
    const data = await mkdtemp(join(tmpdir(), "tidepost-bench-"));
    try {
      await measure(report, "with --data", ["--data", data]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
};
