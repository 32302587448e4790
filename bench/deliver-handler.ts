/**
 * The `deliver` handler with ten messages an invocation and a receiver in another process that reads the bodies and answers
 * 200. Measured: checking the messages, loading the bodies, making them of their frames, the POSTs through the production's outbound client,
 * all decisions. Ports for DynamoDB, S3 and SQS answer from memory. The CPU time is that of the handler's process alone.
 */
import type { SQSEvent } from "aws-lambda";
import type { ChainMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { deliverBatchSize, maxRecordEvents } from "#shared/contract/limits.ts";
import { bodyOf, chainBodyOf } from "#shared/delivery/body.ts";
import { measure } from "#shared/delivery/cut.ts";
import { firstHop } from "#shared/delivery/chain.ts";
import { type Frame, packFrame } from "#shared/events/frames.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import { createHandler } from "../lambdas/deliver/handler.ts";
import { eventTexts, subscription, window } from "../test/support/builders.ts";
import { lambdaContext, sqsEvent } from "../test/support/lambda-events.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { deliverDeps } from "./support/deliver-deps.ts";
import { campaign, count, customerId, sizeOf } from "./support/events.ts";
import { measureEvents } from "./support/measure-events.ts";
import { type ReceiverProcess, startReceiverProcess } from "./support/receiver.ts";

const sizes = [
  { eventsPerBatch: 10_000, kind: "stored", invocations: 1 },
  { eventsPerBatch: 500, kind: "inline", invocations: 20 },
] as const;

/** Batches that are cut from chains of so many events: larger than a record's frames, and smaller. */
const chainEvents = 10_000;
const cutSizes = [700, 100] as const;

/** Frames as records of the ingest API have them, one a record. */
const framesOf = (events: readonly RoutedEvent[]): readonly Frame[] =>
  Array.from({ length: Math.ceil(events.length / maxRecordEvents) }, (_, record) =>
    packFrame(events.slice(record * maxRecordEvents, (record + 1) * maxRecordEvents)),
  );

const messageOf = (batch: {
  readonly events: number;
  readonly bytes: number;
  readonly body: DeliveryMessage["body"];
}) => ({
  version: 1,
  batchId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  customerId,
  settingsRevision: 1,
  createdAt: new Date().toISOString(),
  attempt: 1,
  ...batch,
});

const measurePosts = async (
  report: Report,
  work: {
    readonly receiver: ReceiverProcess;
    readonly handler: ReturnType<typeof createHandler>;
    readonly invocation: SQSEvent;
    readonly invocations: number;
    readonly name: string;
    /** What all invocations bring together. */
    readonly events: number;
    readonly posts: number;
    readonly bytes: number;
  },
): Promise<void> => {
  const { receiver, handler, invocation, invocations, name, events, posts, bytes } = work;
  const run = async (): Promise<void> => {
    for (let done = 0; done < invocations; done += 1) {
      const { batchItemFailures } = await handler(invocation, lambdaContext());
      if (batchItemFailures.length > 0) throw new Error("A message failed.");
    }
    const received = await receiver.ask({ kind: "take" });
    if (received.posts !== posts || received.bytes !== bytes) {
      throw new Error(`The receiver got ${received.posts} POSTs of ${posts}, or other bytes.`);
    }
  };
  await receiver.ask({ kind: "take" });
  await measureEvents(report, { name, size: `${posts} POSTs of ${sizeOf(Math.round(bytes / posts))}`, events, run });
};

export const deliverHandler: Benchmark = {
  method:
    `Invocations of ${deliverBatchSize} messages through the handler to a receiver in another process over real HTTP; ` +
    "DynamoDB, S3 and SQS are ports in this process that do nothing.",
  run: async (report) => {
    const receiver = startReceiverProcess();
    try {
      const { url } = await receiver.ask({ kind: "listen" });
      for (const { eventsPerBatch, kind, invocations } of sizes) {
        const { encoded, bytes } = await bodyOf({
          items: framesOf(eventTexts(campaign(eventsPerBatch))),
          subscription: subscription({ customerId }),
        });
        const place =
          kind === "inline"
            ? ({ kind, frames: encoded.bytes.toString("base64") } as const)
            : ({ kind, key: "body" } as const);
        const handler = createHandler(deliverDeps(url, encoded));
        const batch = { events: eventsPerBatch, bytes, body: place };
        const posts = invocations * deliverBatchSize;
        await measurePosts(report, {
          receiver,
          handler,
          invocation: sqsEvent(Array.from({ length: deliverBatchSize }, () => messageOf(batch))),
          invocations,
          name: `${kind} batches of ${count(eventsPerBatch)}`,
          events: posts * eventsPerBatch,
          posts,
          bytes: posts * bytes,
        });
      }
      const items = framesOf(eventTexts(campaign(chainEvents)));
      const body = chainBodyOf(customerId, items);
      for (const batchSize of cutSizes) {
        const handler = createHandler(deliverDeps(url, body));
        const chain = (): ChainMessage => ({
          ...firstHop(
            {
              batchId: crypto.randomUUID(),
              subscription: subscription({ customerId, batchSize }),
              window: window(),
              items,
              events: chainEvents,
            },
            { body: { kind: "stored", key: "chain" }, closedAt: new Date().toISOString() },
          ),
          slow: true,
        });
        const posts = deliverBatchSize * Math.ceil(chainEvents / batchSize);
        await measurePosts(report, {
          receiver,
          handler,
          invocation: sqsEvent(Array.from({ length: deliverBatchSize }, chain)),
          invocations: 1,
          name: `batches of ${count(batchSize)} cut from chains`,
          events: deliverBatchSize * chainEvents,
          posts,
          // Each has brackets of its own, and commas between its events.
          bytes: deliverBatchSize * (measure(items).bytes - 1) + posts,
        });
      }
    } finally {
      await receiver.stop();
    }
  },
};
