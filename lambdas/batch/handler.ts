import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import pLimit from "p-limit";
import type { Router } from "#shared/webhooks/routing.ts";
import { formBatches } from "./form-batches.ts";
import { type Batch, batchBody } from "#shared/delivery/batch.ts";
import type { BatchEvent } from "#shared/delivery/cut.ts";
import { frameAside, type QuarantinedRecord } from "#shared/events/decode-record.ts";
import { type Chain, isUncut } from "#shared/delivery/chain.ts";
import { isFrame } from "#shared/events/frames.ts";
import { isSlow } from "#shared/delivery/breaker.ts";
import { slowOf } from "#shared/delivery/message.ts";
import { firstMessages } from "#shared/hand-over.ts";
import type { BodyStore, DeliveryQueue } from "#shared/stores.ts";
import { orUnreadable, patiently, type PatienceDeps, reportWindow } from "./patience.ts";
import { readWindow } from "./window.ts";

export interface BatchDeps extends PatienceDeps {
  readonly webhooks: Webhooks;
  readonly bodies: Pick<BodyStore, "place">;
  readonly deliveries: Pick<DeliveryQueue, "sendAll">;
  /** Takes the batches of webhooks whose targets may hold an attempt for seconds. */
  readonly retries: Pick<DeliveryQueue, "sendAll">;
}

interface Webhooks {
  /** A compiled router of a customer's webhooks, less than a minute old. */
  readonly routerOf: (customerId: string) => Promise<Router>;
}

/** Records that are put aside at a time: bounds connections. */
const concurrency = 8;
/**
 * Webhooks whose shares are handed over at a time. A customer may have thousands that take the same events, and each gets a body of
 * up to 64 KB inside its message.
 */
const sharesAtOnce = 200;

/** What a window holds for one webhook. */
type Share = Batch | Chain;

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
    .handler(async (event) => await patiently(deps, event, () => work(deps, event)));

const work = async (deps: BatchDeps, event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
  const startedAt = deps.now();
  const { stop, window, records, events, formed } = await orUnreadable(() => formWindow(deps, event));
  if (stop !== undefined) deps.telemetry.windowStopped(stop);
  const batchItemFailures = stop === undefined ? [] : [{ itemIdentifier: stop.sequenceNumber }];
  if (window === undefined || formed === undefined) return { batchItemFailures };
  const { shares, unrouted, quarantined } = formed;
  await handOver(deps, { shares, quarantined });
  deps.telemetry.windowFinished({
    shard: window.shard,
    records: records.length,
    events,
    unrouted,
    quarantinedRecords: quarantined.length,
    batches: shares.filter((share) => !isUncut(share)).length,
    chains: shares.filter(isUncut).length,
    ageMs: startedAt - Date.parse(window.arrivedAt),
    durationMs: deps.now() - startedAt,
  });
  return { batchItemFailures };
};

const formWindow = async ({ webhooks: { routerOf } }: BatchDeps, event: KinesisStreamEvent) => {
  const reading = readWindow(event);
  const { window, records } = reading;
  return { ...reading, formed: window && (await formBatches({ window, records, routerOf })) };
};

/**
 * Passes a window's batches on to delivery, and its undecodable data to quarantine, with the batches that delivery would
 * never take. Throws when either is not possible now; what was passed on until then is passed on again, with the same ids.
 */
const handOver = async (
  deps: BatchDeps,
  { shares, quarantined }: { readonly shares: readonly Share[]; readonly quarantined: readonly QuarantinedRecord[] },
): Promise<void> => {
  const limit = pLimit(concurrency);
  await Promise.all(quarantined.map((record) => limit(() => deps.quarantine.put(record))));
  const closedAt = new Date(deps.now()).toISOString();
  for (let from = 0; from < shares.length; from += sharesAtOnce) {
    await handOverSome(deps, shares.slice(from, from + sharesAtOnce), closedAt);
  }
};

const handOverSome = async (deps: BatchDeps, shares: readonly Share[], closedAt: string): Promise<void> => {
  const giveUp = async (share: Share, error: unknown): Promise<void> => await giveUpBatch(deps, share, String(error));
  const messages = await firstMessages(deps.bodies, shares, closedAt, giveUp);
  // As far as the definitions say, which may be less than a minute old: `deliver` decides.
  const slow = new Set(shares.filter(({ subscription }) => isSlow(subscription.breaker)).map(({ batchId }) => batchId));
  const sent = await Promise.all([
    deps.deliveries.sendAll(messages.filter(({ batchId }) => !slow.has(batchId))),
    deps.retries.sendAll(messages.filter(({ batchId }) => slow.has(batchId)).map(slowOf)),
  ]);
  const refused = new Map(sent.flat().map(({ batchId, problem }) => [batchId, problem]));
  if (refused.size === 0) return;
  for (const share of shares) {
    const problem = refused.get(share.batchId);
    if (problem !== undefined) await giveUpBatch(deps, share, problem);
  }
};

const giveUpBatch = async (deps: BatchDeps, batch: Share, problem: string): Promise<void> => {
  const { batchId, subscription, window } = batch;
  const { webhookId, customerId } = subscription;
  const { shard, firstSequenceNumber: sequenceNumber, arrivedAt } = window;
  const told = `not handed over: ${problem}`;
  const events = batch.items.filter((item): item is BatchEvent => !isFrame(item));
  const pieces = [
    ...batch.items.filter(isFrame).map((frame) => frameAside({ ...frame, customerId }, told)),
    ...(events.length === 0 ? [] : [{ bytes: batchBody(events), customerId, problem: told }]),
  ];
  const place = { shard, sequenceNumber, partitionKey: customerId, arrivedAt };
  await deps.quarantine.put({ ...place, batch: { batchId, webhookId }, pieces });
  deps.telemetry.givenUp({ shard, sequenceNumber, batchId, webhookId, problem });
};
