/**
 * The `ses` handler on batches of documents of a campaign, each about one recipient. Measured: reading and mapping every
 * document, packing and compressing the records. Stream and quarantine are ports that take everything and do nothing.
 */
import { createHandler } from "../lambdas/ses/handler.ts";
import { lambdaContext } from "../test/support/lambda-events.ts";
import type { Benchmark } from "./support/benchmark.ts";
import { customerId, sizeOf } from "./support/events.ts";
import { measureEvents, quietTelemetry } from "./support/measure-events.ts";
import { sesDocuments, sesMessages } from "./support/ses-documents.ts";

const documentsPerRun = 20_000;
const nothing = async (): Promise<void> => await Promise.resolve();

/** The handler with ports that cost nothing. */
export const quietSesHandler = () =>
  createHandler({
    counts: { take: async () => await Promise.resolve(true) },
    mapping: {
      customerId,
      isCustomerTagTrusted: true,
      tags: { customer: "customer_id", subaccount: "subaccount_id", campaign: "campaign_id" },
    },
    now: Date.now,
    outbound: {
      get: () => {
        throw new Error("nothing is fetched");
      },
    },
    perSecond: 100_000,
    quarantine: { put: nothing },
    stream: { putAll: async () => await Promise.resolve({ records: [] }) },
    telemetry: quietTelemetry("ses"),
    topics: [],
  });

export const sesHandler: Benchmark = {
  method:
    "Batches of messages, a document of one recipient each, through the handler, one after the other; the stream takes everything " +
    "and does nothing.",
  run: async (report) => {
    const handler = quietSesHandler();
    for (const documentsPerBatch of [10, 1_000]) {
      const documents = sesDocuments(documentsPerBatch);
      const messages = sesMessages(documents);
      const batches = documentsPerRun / documentsPerBatch;
      const run = async (): Promise<void> => {
        for (let sent = 0; sent < batches; sent += 1) {
          const { batchItemFailures } = await handler(messages, lambdaContext());
          if (batchItemFailures.length > 0) throw new Error("messages failed");
        }
      };
      const bytes = documents.reduce((sum, document) => sum + document.length, 0);
      const name = `${documentsPerBatch.toLocaleString("en")} documents a batch`;
      await measureEvents(report, {
        name,
        size: `${batches} batches of ${sizeOf(bytes)}`,
        events: documentsPerRun,
        run,
      });
    }
  },
};
