/**
 * Latency of the lists of webhooks of a customer who has 10,000, seen by a client on the same machine through the whole local
 * system, one request after the other. A tenth of the webhooks had traffic in the last 24 hours. The webhooks are put into the
 * table as the API puts them there. "After a change" means that a webhook was created just before, so that the function reads
 * all of them again. Each run makes all requests of a kind and gives one p50.
 */
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { callerAnswer } from "#shared/contract/api/api-key.ts";
import { webhook } from "../test/support/builders.ts";
import { openTidepost } from "../test/support/open-tidepost.ts";
import { type Benchmark, quantile } from "./support/benchmark.ts";

const webhooks = 10_000;
const busyEvery = 10;
const runs = 3;
const hourMs = 3_600_000;
/** Writes at a time. */
const concurrency = 20;

const key = "fleet-key";

const inParallel = async (total: number, write: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      await write(index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
};

export const fleet: Benchmark = {
  name: "fleet",
  method: `Lists of ${webhooks} webhooks, one request after the other, against the local system, as a client sees them.`,
  run: async (report) => {
    const system = await openTidepost({ key });
    try {
      const { text: whoAmI } = await system.call("GET", "/v1/whoami");
      const { customer_id: customerId } = callerAnswer.parse(JSON.parse(whoAmI)).results;
      const tableOf = (logicalId: string) => {
        const [, tableName = ""] = Object.entries(system.created.tables).find(([id]) => id.includes(logicalId)) ?? [];
        return { client: documentClient(system.clients.dynamodb), tableName };
      };
      const table = webhooksTable(tableOf("Webhooks"));
      const hours = deliveryHoursTable(tableOf("Batches"));
      report.progress(`putting ${webhooks} webhooks into the table`);
      const now = Date.now();
      await inParallel(webhooks, async (index) => {
        const webhookId = crypto.randomUUID();
        const createdAt = new Date(now - webhooks + index).toISOString();
        const isBusy = index % busyEvery === 0;
        const lastSuccessful = new Date(now).toISOString();
        const name = `Orders of shop ${index}`;
        await table.create(
          webhook({
            webhookId,
            customerId,
            name,
            createdAt,
            updatedAt: createdAt,
            ...(isBusy ? { lastSuccessful } : {}),
          }),
        );
        if (!isBusy) return;
        for (let hour = 0; hour < 24; hour += 6) {
          const what = { kind: "delivered", events: 100, durationMs: 40 } as const;
          await hours.count({ customerId, webhookId, at: now - hour * hourMs, what });
        }
      });
      const add = async (): Promise<void> => {
        const createdAt = new Date().toISOString();
        await table.create(webhook({ webhookId: crypto.randomUUID(), customerId, createdAt, updatedAt: createdAt }));
      };
      const measure = async (name: string, path: string, requests: number, before = async () => {}): Promise<void> => {
        const p50s: number[] = [];
        for (let run = 1; run <= runs; run += 1) {
          report.progress(`${name}: run ${run} of ${runs}`);
          const durations: number[] = [];
          for (let request = 0; request < requests; request += 1) {
            await before();
            const startedAt = performance.now();
            const { status, text } = await system.call("GET", path);
            durations.push(performance.now() - startedAt);
            if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`);
          }
          p50s.push(quantile(durations, 0.5));
        }
        report.figure({
          name: `${name}, p50`,
          size: `${requests} requests, ${webhooks} webhooks`,
          unit: "ms",
          runs: p50s,
        });
      };
      await measure("first page of the summary", "/v1/webhooks/summary?limit=50&sort=state", 20);
      await measure("search in the summary", "/v1/webhooks/summary?limit=50&search=shop%2099&sort=name", 20);
      await measure("first page of the list", "/v1/webhooks?limit=100", 20);
      await measure("overview of all webhooks", "/v1/webhooks/overview", 20);
      await measure("first page after a change", "/v1/webhooks/summary?limit=50&sort=state", 3, add);
      await measure("the whole list", "/v1/webhooks", 3);
      await measure("the whole summary", "/v1/webhooks/summary", 3);
    } finally {
      await system.stop();
    }
  },
};
