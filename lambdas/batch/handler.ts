import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import pLimit from "p-limit";
import type { Router } from "#shared/webhooks/routing.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { formBatches } from "./form-batches.ts";
import type { Batch } from "#shared/delivery/batch.ts";
import type { QuarantinedRecord } from "#shared/events/decode-record.ts";
import { firstMessages } from "#shared/hand-over.ts";
import type { BodyStore, DeliveryQueue, QuarantineStore } from "#shared/stores.ts";
import { readWindow, reportWindow } from "./window.ts";

export interface BatchDeps {
  readonly webhooks: Webhooks;
  readonly bodies: Pick<BodyStore, "place">;
  readonly deliveries: Pick<DeliveryQueue, "sendAll">;
  readonly quarantine: QuarantineStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly telemetry: Telemetry;
}

interface Webhooks {
  /** A compiled router of a customer's webhooks, less than a minute old. */
  readonly routerOf: (customerId: string) => Promise<Router>;
}

/** Records that are put aside at a time: bounds connections. */
const concurrency = 8;

/**
 * Turns a window of records into batches and hands them over. Bad data never fails the window: it goes to quarantine. When
 * the hand-over fails, the whole window is reported and comes again, with the same batch ids. What was not read is reported,
 * too, and comes next.
 */
export const createHandler = (deps: BatchDeps) =>
  middy<KinesisStreamEvent, KinesisStreamBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .use(reportWindow(deps.telemetry))
    .handler(async (event) => {
      const startedAt = deps.now();
      const { window, records, events, stop } = readWindow(event);
      if (stop !== undefined) deps.telemetry.windowStopped(stop);
      const batchItemFailures = stop === undefined ? [] : [{ itemIdentifier: stop.sequenceNumber }];
      if (window === undefined) return { batchItemFailures };
      const { routerOf } = deps.webhooks;
      const { batches, unrouted, quarantined } = await formBatches({ window, records, routerOf });
      await handOver(deps, { batches, quarantined });
      deps.telemetry.windowFinished({
        shard: window.shard,
        records: records.length,
        events,
        unrouted,
        quarantinedRecords: quarantined.length,
        batches: batches.length,
        ageMs: startedAt - Date.parse(window.arrivedAt),
        durationMs: deps.now() - startedAt,
      });
      return { batchItemFailures };
    });

/** Passes a window's batches on to delivery and its undecodable data to quarantine. Throws when either is not possible. */
const handOver = async (
  deps: BatchDeps,
  window: { readonly batches: readonly Batch[]; readonly quarantined: readonly QuarantinedRecord[] },
): Promise<void> => {
  const limit = pLimit(concurrency);
  const [messages] = await Promise.all([
    firstMessages(deps.bodies, window.batches, new Date(deps.now()).toISOString()),
    Promise.all(window.quarantined.map((record) => limit(() => deps.quarantine.put(record)))),
  ]);
  await deps.deliveries.sendAll(messages);
};
