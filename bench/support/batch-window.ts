import type { KinesisStreamEvent } from "aws-lambda";
import type { PackedRecord } from "#shared/events/pack-records.ts";
import { compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { BatchDeps } from "../../lambdas/batch/handler.ts";
import { maxWindowBytes } from "../../emulator/kinesis-mapping/window.ts";
import { kinesisEvent } from "../../test/support/lambda-events.ts";
import { quietTelemetry } from "./measure-events.ts";

/** An invocation's event that holds as much as Lambda passes. */
export interface FullWindow {
  readonly event: KinesisStreamEvent;
  /** Length of the event. */
  readonly bytes: number;
  readonly events: number;
}

/** Puts records into a window until it is full; there must be more of them than fit. */
export const fullWindow = (packed: readonly PackedRecord[]): FullWindow => {
  const { Records } = kinesisEvent(packed.map(({ data }) => data));
  let bytes = 0;
  const fitting = Records.findIndex((record) => {
    const size = JSON.stringify(record).length + 1;
    if (bytes + size > maxWindowBytes) return true;
    bytes += size;
    return false;
  });
  if (fitting === -1) throw new Error("The generated events do not fill a window.");
  const events = packed.slice(0, fitting).reduce((sum, { lines }) => sum + lines.length, 0);
  return { event: { Records: Records.slice(0, fitting) }, bytes, events };
};

/**
 * Ports of the `batch` handler that know the given webhooks and do nothing else. Definitions are compiled anew for every
 * window, as when the cache has just run out.
 */
export const batchDeps = (webhooks: readonly Subscription[]): BatchDeps => {
  const byCustomer = Map.groupBy(webhooks, ({ customerId }) => customerId);
  return {
    webhooks: { routerOf: async (customerId) => compileRouter(byCustomer.get(customerId) ?? []) },
    bodies: { place: async ({ batchId }) => ({ kind: "stored", key: batchId }) },
    deliveries: { sendAll: async () => [] },
    retries: { sendAll: async () => [] },
    quarantine: { put: async () => undefined },
    stuckRecords: { begin: async () => ({ returns: 0, excuse: async () => undefined }) },
    now: Date.now,
    telemetry: quietTelemetry("batch"),
  };
};
