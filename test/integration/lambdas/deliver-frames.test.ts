import { gunzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { writeFrames } from "#shared/events/frames.ts";
import { compress } from "#shared/events/zstd.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { SettleDeps } from "../../../lambdas/deliver/settle.ts";
import type { Aws } from "../../support/aws.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

let aws: Aws;
let receiver: Receiver;
useEmulators((emulated) => {
  ({ aws, receiver } = emulated);
});

const frameOf = (text: string, events: number) => ({
  events,
  bytes: text.length,
  data: compress(Buffer.from(text)),
  routes: [],
});

/** A frame whose checksum is wrong. */
const brokenFrame = (text: string) => {
  const frame = frameOf(text, 1);
  frame.data[frame.data.length - 1] = (frame.data.at(-1) ?? 0) ^ 1;
  return frame;
};

const messageOf = (frames: Parameters<typeof writeFrames>[1]): DeliveryMessage => ({
  version: 1,
  batchId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  customerId: "1",
  settingsRevision: 1,
  createdAt: "2026-01-02T03:04:00.000Z",
  events: frames.reduce((sum, { events }) => sum + events, 0),
  bytes: 100,
  body: { kind: "inline", frames: writeFrames("1", frames).toString("base64") },
  attempt: 1,
});

const deliver = async (
  message: DeliveryMessage,
  { compression, ...changes }: Pick<DeliverySettings, "compression"> & Partial<SettleDeps>,
) => {
  const plain = { target: `${receiver.url}/hook`, authToken: "", auth: { type: "none" }, customHeaders: {} } as const;
  const own = compression === undefined ? plain : { ...plain, compression };
  const deps = deliverDeps(aws, {
    retries: deliveryQueue(await aws.createQueue()),
    targets: outboundClient({ allowedRanges: ["127.0.0.0/8"] }),
    settings: { find: async () => own },
    now: () => now,
    ...changes,
  });
  return await createHandler(deps)(sqsEvent([message]), lambdaContext());
};

it.each([
  ["plain", {}],
  ["in gzip", { compression: "gzip" }],
] as const)("a body goes out %s without a frame that is damaged, which is put aside", async (_, settings) => {
  const broken = brokenFrame('{"n":3}');
  const message = messageOf([frameOf('{"n":1},{"n":2}', 2), broken, frameOf('{"n":4}', 1)]);
  expect(await deliver(message, settings)).toEqual({ batchItemFailures: [] });
  const sent = receiver.requests[0]?.body ?? Buffer.alloc(0);
  expect(("compression" in settings ? gunzipSync(sent) : sent).toString()).toBe('[{"n":1},{"n":2},{"n":4}]');
  const Key = `quarantine/2026-01-02/batch-${message.batchId}.json`;
  const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
  const { pieces } = JSON.parse((await Body?.transformToString()) ?? "");
  expect(pieces).toEqual([{ problem: expect.stringMatching(/^frame: /), data: expect.any(String) }]);
  expect(Buffer.from(pieces[0].data, "base64").includes(broken.data)).toBe(true);
  expect(await batchesTable(aws.tables.batches).find(message)).toMatchObject({ state: "delivered" });
});

it.each([
  ["plain", {}],
  ["in gzip", { compression: "gzip" }],
] as const)("of a batch that goes out %s no empty one is POSTed when nothing can be read", async (_, settings) => {
  const message = messageOf([brokenFrame('{"n":1}'), brokenFrame('{"n":2}')]);
  expect(await deliver(message, settings)).toEqual({ batchItemFailures: [] });
  expect(receiver.requests).toEqual([]);
  const Key = `quarantine/2026-01-02/batch-${message.batchId}.json`;
  const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
  expect(JSON.parse((await Body?.transformToString()) ?? "").pieces).toHaveLength(2);
  const found = await batchesTable(aws.tables.batches).find(message);
  expect(found).toMatchObject({ state: "expired", expiredFor: "unreadable", recordedAttempts: 0 });
});

it("nothing is POSTed while a damaged frame cannot be put aside", async () => {
  const quarantine = { put: async () => await Promise.reject(new Error("not available")) };
  const { batchItemFailures } = await deliver(messageOf([brokenFrame('{"n":1}'), frameOf('{"n":2}', 1)]), {
    quarantine,
  });
  expect(batchItemFailures).toHaveLength(1);
  expect(receiver.requests).toEqual([]);
});
