/**
 * Latency of the lists of webhooks of a customer who has 10,000, seen by a client on the same machine through the whole local
 * system, one request after the other. A tenth of the webhooks had traffic in the last 24 hours. The webhooks are put into the
 * table as the API puts them there. "After a change" means that a webhook was created just before, so that the function reads
 * all of them again. Each run makes all requests of a kind and gives one p50 and one p99.
 */
import { openTidepost } from "../test/support/open-tidepost.ts";
import { type Benchmark, quantile } from "./support/benchmark.ts";
import { sizeOf } from "./support/events.ts";
import { fillOwnFleet } from "./support/fleet.ts";

const webhooks = 10_000;
const runs = 3;
const key = "fleet-key";

export const fleet: Benchmark = {
  method: `Lists of ${webhooks} webhooks, one request after the other, against the local system, as a client sees them.`,
  run: async (report) => {
    const system = await openTidepost({ key, retryScale: 1 });
    try {
      report.progress(`putting ${webhooks} webhooks into the tables`);
      const { addOne } = await fillOwnFleet(system, webhooks);
      const measure = async (name: string, path: string, requests: number, before = async () => {}): Promise<void> => {
        const measured: (readonly number[])[] = [];
        let size = "";
        for (let run = 1; run <= runs; run += 1) {
          report.progress(`${name}: run ${run} of ${runs}`);
          const durations: number[] = [];
          for (let request = 0; request < requests; request += 1) {
            await before();
            const startedAt = performance.now();
            const { status, text, headers } = await system.call("GET", path);
            durations.push(performance.now() - startedAt);
            if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`);
            size = `${requests} requests, ${sizeOf(text.length)} in ${sizeOf(Number(headers.get("content-length")))}`;
          }
          measured.push(durations);
        }
        for (const [what, share] of [
          ["p50", 0.5],
          ["p99", 0.99],
        ] as const) {
          const values = measured.map((durations) => quantile(durations, share));
          report.figure({ name: `${name}, ${what}`, size, unit: "ms", runs: values });
        }
      };
      await measure("first page of the summary", "/v1/webhooks/summary?limit=50&sort=state", 20);
      await measure("search in the summary", "/v1/webhooks/summary?limit=50&search=shop%2099&sort=name", 20);
      await measure("first page of the list", "/v1/webhooks?limit=100", 20);
      await measure("overview of all webhooks", "/v1/webhooks/overview", 20);
      await measure("first page after a change", "/v1/webhooks/summary?limit=50&sort=state", 3, addOne);
      await measure("the whole list", "/v1/webhooks", 3);
      await measure("the whole summary", "/v1/webhooks/summary", 3);
    } finally {
      await system.stop();
    }
  },
};
