/**
 * Memory of `npm run dev` while events pass: the local system in its own process, with all that it starts, fed by a producer
 * in another and drained by a receiver in a third, which do not count. Read from `/proc` ten times a second: what no other
 * process shares (private), and what is resident. Every event must arrive exactly once. Linux only.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startTidepost } from "../test/support/tidepost.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { count } from "./support/events.ts";
import { startGeneratorProcess } from "./support/generator.ts";
import { startReceiverProcess } from "./support/receiver.ts";

const events = 300_000;
const eventsPerRequest = 5_000;
const concurrency = 4;
const windowSeconds = 1;
const runs = 3;
const sampleMs = 100;
const megabyte = 1_024 * 1_024;

interface Memory {
  readonly privateBytes: number;
  readonly residentBytes: number;
}

const none: Memory = { privateBytes: 0, residentBytes: 0 };
const larger = (one: Memory, other: Memory): Memory => ({
  privateBytes: Math.max(one.privateBytes, other.privateBytes),
  residentBytes: Math.max(one.residentBytes, other.residentBytes),
});

/** Processes that have begun with this one, itself included. */
const treeOf = async (root: number): Promise<readonly number[]> => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // The name before it stands in brackets, and may hold anything.
      return [Number(pid), Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1])] as const;
    }),
  );
  const tree = [root];
  for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return tree;
};

const memoryOf = async (root: number): Promise<Memory> => {
  const texts = await Promise.all(
    (await treeOf(root)).map(async (pid) => await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "")),
  );
  const sum = (name: RegExp): number =>
    texts
      .flatMap((text) => [...text.matchAll(name)])
      .reduce((total, [, kilobytes]) => total + Number(kilobytes) * 1_024, 0);
  return { privateBytes: sum(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm), residentBytes: sum(/^Rss: +(\d+) kB$/gm) };
};

/** Samples until it is stopped, and answers the peaks. */
const watchMemory = (root: number): { readonly stop: () => Promise<Memory> } => {
  const stopping = new AbortController();
  const watch = async (): Promise<Memory> => {
    let peak = none;
    while (!stopping.signal.aborted) {
      peak = larger(peak, await memoryOf(root));
      await sleep(sampleMs);
    }
    return peak;
  };
  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      return await watching;
    },
  };
};

const measureOnce = async (seed: number): Promise<{ readonly before: Memory; readonly peak: Memory }> => {
  const receiver = startReceiverProcess();
  const generator = startGeneratorProcess();
  const tidepost = await startTidepost(["--window", String(windowSeconds)]);
  try {
    const { url: target } = await receiver.ask({ kind: "listen" });
    const created = await tidepost.call("POST", "/webhooks", { body: { name: "All", target, events_mode: "all" } });
    if (created.status !== 200) throw new Error(`The webhook was not created: ${created.text}`);
    await generator.ask({ kind: "prepare", seed, events, eventsPerRequest });
    await receiver.ask({ kind: "take" });
    const before = await memoryOf(tidepost.pid);
    const watching = watchMemory(tidepost.pid);
    const [received, sent] = await Promise.all([
      receiver.ask({ kind: "wait", events }),
      generator.ask({ kind: "send", url: tidepost.apiUrl, key: tidepost.key, concurrency }),
    ]);
    const peak = await watching.stop();
    if (received.ids !== events || received.distinctIds !== events || received.checksum !== sent.checksum) {
      const { ids, distinctIds } = received;
      throw new Error(`${count(events)} were sent, ${count(ids)} arrived, ${distinctIds} of them different.`);
    }
    return { before, peak };
  } finally {
    await tidepost.stop();
    await Promise.all([receiver.stop(), generator.stop()]);
  }
};

const run = async (report: Report): Promise<void> => {
  const measured: { readonly before: Memory; readonly peak: Memory }[] = [];
  for (let number = 1; number <= runs; number += 1) {
    report.progress(`run ${number} of ${runs}`);
    measured.push(await measureOnce(number));
  }
  const size = `${count(events)} in requests of ${eventsPerRequest}, ${concurrency} at a time, window ${windowSeconds} s`;
  const figure = (name: string, pick: (one: (typeof measured)[number]) => number): void =>
    report.figure({ name, size, unit: "MB", runs: measured.map((one) => pick(one) / megabyte) });
  figure("private, before the first event", ({ before }) => before.privateBytes);
  figure("private, peak", ({ peak }) => peak.privateBytes);
  figure("resident, peak", ({ peak }) => peak.residentBytes);
};

export const devMemory: Benchmark = {
  method:
    "Memory of the local system's processes, a new system for each run, while events pass from ingest to a receiver.",
  run,
};
