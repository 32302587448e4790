import { gzipSync } from "node:zlib";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApiKey } from "../../local/start-system.ts";
import { readAssembly } from "../../emulator/assembly.ts";
import { type Runtime, startRuntime } from "../../emulator/start-runtime.ts";
import { synthesise } from "../../local/synthesise.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

const key = "local-key";
const region = "us-east-1";

let runtime: Runtime;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  runtime = await startRuntime({
    assembly: async () => await readAssembly(await synthesise()),
    windowSeconds: 1,
    functionEnvironment: (apiUrl) => ({
      ALLOWED_TARGET_RANGES: "127.0.0.0/8",
      API_BASE_URL: apiUrl,
      DEFINITION_CACHE_SECONDS: "0",
    }),
  });
  await createApiKey(runtime, key);
});
afterAll(async () => {
  await runtime.stop();
  await receiver.close();
});

it("garbage on the stream lands in quarantine, and its neighbours are delivered", async () => {
  const answer = await fetch(`${runtime.apiUrl}/v1/webhooks`, {
    method: "POST",
    headers: { authorization: key, "content-type": "application/json" },
    body: JSON.stringify({ name: "stream", target: `${receiver.url}/hook`, events: ["delivery"] }),
  });
  expect(answer.status).toBe(200);

  const [stream] = Object.values(runtime.created.streams);
  const [bucketName] = Object.values(runtime.created.buckets);
  const kinesis = new KinesisClient({
    endpoint: runtime.endpoints.kinesis,
    region,
    credentials: runtime.endpoints.credentials,
    requestHandler: new NodeHttpHandler(),
  });
  const event = (n: number): string =>
    JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1", n } } });
  const records = [
    Buffer.from(event(1)),
    Buffer.from([0x00, 0xff, 0x13, 0x37]),
    Buffer.from(event(2)),
    gzipSync(event(9).repeat(10)).subarray(0, 40),
    gzipSync(`${event(3)}\n${event(4)}`),
    Buffer.from('{"type":"delivery"}'),
    Buffer.from(`[${event(5)},${event(6)}]`),
  ];
  for (const record of records) {
    const put = new PutRecordCommand({ StreamName: stream?.name, PartitionKey: "1", Data: record });
    await kinesis.send(put);
  }

  const delivered = (): readonly number[] =>
    receiver.requests
      .filter(({ state }) => state !== "receiving")
      .flatMap(({ body }) => JSON.parse(body.toString()))
      .flatMap(({ msys }) => (msys.message_event === undefined ? [] : [msys.message_event.n]));
  await receiver.until(() => delivered().length === 6, 240_000);
  expect(delivered().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);

  const { s3: endpoint, credentials } = runtime.endpoints;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: "quarantine/" }));
  expect(Contents).toHaveLength(3);
});
