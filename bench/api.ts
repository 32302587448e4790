/**
 * Latency of the API on the local runtime with 1,000 webhooks, seen by a client on the same machine, one request after the
 * other. Creating includes the test POST to a receiver in another process. Ingest sends 500 events in gzip that no webhook
 * takes. Each run does all requests of a kind and gives one p50 and one p99.
 */
import { startTidepost, type Tidepost } from "../test/support/tidepost.ts";
import { type Benchmark, quantile, type Report } from "./support/benchmark.ts";
import { campaign, gzipNdjson } from "./support/events.ts";
import { startReceiverProcess } from "./support/receiver.ts";

const webhooks = 1_000;
const runs = 3;
const ingestHeaders = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };

interface Operation {
  readonly name: string;
  readonly requests: number;
  readonly send: (index: number) => ReturnType<Tidepost["call"]>;
}

/** Latencies of an operation's requests in milliseconds. */
const latencies = async ({ name, requests, send }: Operation): Promise<readonly number[]> => {
  const durations: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const startedAt = performance.now();
    const { status, text } = await send(index);
    durations.push(performance.now() - startedAt);
    if (status !== 200) throw new Error(`${name} answered ${status}: ${text}`);
  }
  return durations;
};

const measure = async (report: Report, operation: Operation, prepare = async () => {}): Promise<void> => {
  const measured: (readonly number[])[] = [];
  for (let run = 1; run <= runs; run += 1) {
    await prepare();
    report.progress(`${operation.name}: run ${run} of ${runs}`);
    measured.push(await latencies(operation));
  }
  for (const [name, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
  ] as const) {
    const size = `${operation.requests} requests, ${webhooks} webhooks`;
    const values = measured.map((durations) => quantile(durations, share));
    report.figure({ name: `${operation.name} ${name}`, size, unit: "ms", runs: values });
  }
};

export const api: Benchmark = {
  method: `Requests one after the other against the local runtime with ${webhooks} webhooks, as a client sees them.`,
  run: async (report) => {
    const receiver = startReceiverProcess();
    const tidepost = await startTidepost(["--window", "1"]);
    try {
      const { url: target } = await receiver.ask({ kind: "listen" });
      const { call } = tidepost;
      const create = (index: number) =>
        call("POST", "/webhooks", { body: { name: `Webhook ${index}`, target, events: ["sms_status"] } });
      const ids = async (): Promise<readonly string[]> => {
        const { text } = await call("GET", "/webhooks");
        const { results } = JSON.parse(text) as { readonly results: readonly { readonly id: string }[] };
        return results.map(({ id }) => id);
      };
      const removeAll = async (): Promise<void> => {
        for (const id of await ids()) await call("DELETE", `/webhooks/${id}`);
      };
      await measure(report, { name: "create", requests: webhooks, send: create }, removeAll);
      const known = await ids();
      const get = (index: number) => call("GET", `/webhooks/${known[index] ?? ""}`);
      await measure(report, { name: "get", requests: webhooks, send: get });
      await measure(report, { name: "list", requests: 50, send: () => call("GET", "/webhooks") });
      const body = gzipNdjson(campaign(500));
      const ingest = () => call("POST", "/ingest/events", { body, headers: ingestHeaders });
      await measure(report, { name: "ingest of 500 events", requests: 200, send: ingest });
    } finally {
      await tidepost.stop();
      await receiver.stop();
    }
  },
};
