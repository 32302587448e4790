/**
 * How the cost of an event grows. The `batch` handler on full windows as `ingest` packs them, while one thing grows: webhooks
 * that take nothing (one takes everything), customers whose events share the window (each with one webhook, so that there
 * are as many batches), and bytes of an event. The `ingest` handler on requests of the same events. Storing, sending and the
 * stream do nothing. The cost must not grow with webhooks that do not match, and must follow the bytes of the events.
 */
import { packRecords } from "#shared/events/pack-records.ts";
import { createHandler as createBatchHandler } from "../lambdas/batch/handler.ts";
import { createHandler as createIngestHandler } from "../lambdas/ingest/handler.ts";
import { eventTexts, subscription } from "../test/support/builders.ts";
import { lambdaContext, proxyEvent } from "../test/support/lambda-events.ts";
import { batchDeps, type FullWindow, fullWindow } from "./support/batch-window.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { campaign, count, customerId, eventsOfSize, gzipNdjson, sizeOf } from "./support/events.ts";
import { measureEvents, quietTelemetry } from "./support/measure-events.ts";

/** More than fit a window. */
const generatedEvents = 90_000;
const webhookCounts = [1, 10, 100, 1_000, 10_000];
const customerCounts = [1, 10, 100];
const eventSizes = [100, 1_000, 10_000, 100_000];
/** JSON of all events of a window whose events have one size: with any of them it fills the window. */
const windowTextBytes = 130_000_000;
/** JSON of a request to `ingest`. */
const requestTextBytes = 2_000_000;

interface WindowRun {
  readonly name: string;
  readonly window: FullWindow;
  readonly webhooks: Parameters<typeof batchDeps>[0];
  readonly eventBytes?: number;
}

const measureWindow = async (report: Report, { name, window, webhooks, eventBytes }: WindowRun): Promise<void> => {
  const { event, bytes, events } = window;
  const handler = createBatchHandler(batchDeps(webhooks));
  // As Lambda does: what the function has left of a window that inflates to much comes again.
  const run = async (): Promise<void> => {
    for (let records = event.Records; records.length > 0;) {
      const { batchItemFailures } = await handler({ Records: records }, lambdaContext());
      const [left] = batchItemFailures;
      if (left === undefined) return;
      const at = records.findIndex(({ kinesis }) => kinesis.sequenceNumber === left.itemIdentifier);
      if (at < 1) throw new Error("The window failed.");
      records = records.slice(at);
    }
  };
  const size = `${count(events)} in ${event.Records.length} records, ${sizeOf(bytes)}`;
  await measureEvents(report, { name, size, events, run, ...(eventBytes === undefined ? {} : { eventBytes }) });
};

const takesAll = (owner: string) =>
  subscription({ webhookId: crypto.randomUUID(), customerId: owner, eventsMode: "all" });
const takesNone = () => subscription({ webhookId: crypto.randomUUID(), customerId, events: ["relay_injection"] });

const measureWebhooks = async (report: Report): Promise<void> => {
  const window = fullWindow(packRecords(customerId, eventTexts(campaign(generatedEvents))));
  for (const total of webhookCounts) {
    const webhooks = [takesAll(customerId), ...Array.from({ length: total - 1 }, takesNone)];
    await measureWindow(report, {
      name: `batch, ${total.toLocaleString("en")} webhooks, one matches`,
      window,
      webhooks,
    });
  }
};

const measureCustomers = async (report: Report): Promise<void> => {
  const events = eventTexts(campaign(generatedEvents));
  for (const total of customerCounts) {
    const owners = Array.from({ length: total }, (_, index) => String(index + 1));
    const share = Math.ceil(events.length / total);
    const records = owners.map((owner, index) => packRecords(owner, events.slice(index * share, (index + 1) * share)));
    // Customers take turns, so that a window that cannot hold all records holds some of each customer.
    const turns = Math.max(...records.map(({ length }) => length));
    const packed = Array.from({ length: turns }, (_, turn) => records.flatMap((own) => own[turn] ?? [])).flat();
    const window = fullWindow(packed);
    await measureWindow(report, {
      name: `batch, ${total} customers in the window`,
      window,
      webhooks: owners.map(takesAll),
    });
  }
};

const measureSizes = async (report: Report): Promise<void> => {
  for (const bytes of eventSizes) {
    const window = fullWindow(packRecords(customerId, eventTexts(eventsOfSize(bytes, windowTextBytes / bytes))));
    const name = `batch, events of ${sizeOf(bytes)}`;
    const eventBytes = window.events * bytes;
    await measureWindow(report, { name, window, webhooks: [takesAll(customerId)], eventBytes });
  }
  const deps = {
    counts: { take: async () => true },
    now: Date.now,
    perSecond: 100_000,
    stream: { putAll: async () => ({ records: [] }) },
    telemetry: quietTelemetry("ingest"),
  };
  const handler = createIngestHandler(deps);
  for (const bytes of eventSizes) {
    const events = requestTextBytes / bytes;
    const body = gzipNdjson(eventsOfSize(bytes, events));
    const request = proxyEvent({
      method: "POST",
      path: "/v1/ingest/events",
      body,
      headers: { "content-encoding": "gzip" },
      caller: { customerId, grants: ["ingest/write"] },
    });
    const run = async (): Promise<void> => {
      const { statusCode } = await handler(request, lambdaContext());
      if (statusCode !== 200) throw new Error(`ingest answered ${statusCode}`);
    };
    const size = `${count(events)} a request, ${sizeOf(body.length)}`;
    await measureEvents(report, {
      name: `ingest, events of ${sizeOf(bytes)}`,
      size,
      events,
      eventBytes: events * bytes,
      run,
    });
  }
};

export const growth: Benchmark = {
  method:
    "Full windows through the batch handler, and requests through the ingest handler, while one thing grows: webhooks that " +
    "do not match, customers that share a window, bytes of an event.",
  run: async (report) => {
    await measureWebhooks(report);
    await measureCustomers(report);
    await measureSizes(report);
  },
};
