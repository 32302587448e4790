/**
 * The `ingest` handler on requests of gzip NDJSON as API Gateway passes them (base64). Measured: base64, gunzip, checking
 * every event, packing and compressing the records, the answer. The stream is a port that takes everything and does nothing.
 */
import { type IngestDeps, createHandler } from "../lambdas/ingest/handler.ts";
import { lambdaContext, proxyEvent } from "../test/support/lambda-events.ts";
import type { Benchmark } from "./support/benchmark.ts";
import { campaign, count, customerId, gzipNdjson, sizeOf } from "./support/events.ts";
import { measureEvents, quietTelemetry } from "./support/measure-events.ts";

/** Events of all requests of a run together. */
const eventsPerRun = 50_000;

export const ingestHandler: Benchmark = {
  method:
    "Requests of gzip NDJSON through the handler, one after the other; the stream takes everything and does nothing.",
  run: async (report) => {
    const deps: IngestDeps = {
      counts: { take: async () => true },
      now: Date.now,
      perSecond: 100_000,
      stream: { putAll: async () => ({ records: [] }) },
      telemetry: quietTelemetry("ingest"),
    };
    const handler = createHandler(deps);
    for (const eventsPerRequest of [500, 5_000]) {
      const body = gzipNdjson(campaign(eventsPerRequest));
      const requests = eventsPerRun / eventsPerRequest;
      const request = proxyEvent({
        method: "POST",
        path: "/v1/ingest/events",
        body,
        headers: { "content-encoding": "gzip" },
        caller: { customerId, grants: ["ingest/write"] },
      });
      const run = async (): Promise<void> => {
        for (let sent = 0; sent < requests; sent += 1) {
          const { statusCode } = await handler(request, lambdaContext());
          if (statusCode !== 200) throw new Error(`ingest answered ${statusCode}`);
        }
      };
      const name = `${count(eventsPerRequest)} a request`;
      const size = `${requests} requests of ${sizeOf(body.length)}`;
      await measureEvents(report, { name, size, events: eventsPerRun, run });
    }
  },
};
