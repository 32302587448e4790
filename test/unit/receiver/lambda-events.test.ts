import { gzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { type Batch, lambdaReceiver } from "../../../receiver/index.ts";

const body = '[{"msys":{"track_event":{"type":"click"}}}]';
const packed = { body: gzipSync(body).toString("base64"), isBase64Encoded: true, httpMethod: "POST" };
const headers = { "X-MessageSystems-Batch-ID": "a", "Content-Encoding": "gzip", "X-MessageSystems-Webhook-Token": "t" };
const manyOf = (single: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(single).map(([name, value]) => [name, [value]]));

it.each([
  ["a REST API, which sends headers both ways", { headers, multiValueHeaders: manyOf(headers) }],
  ["a load balancer with multi-value headers, which sends them one way", { multiValueHeaders: manyOf(headers) }],
  ["a load balancer without", { headers }],
])("takes a batch from %s", async (_, sent) => {
  const onBatch = vi.fn<(batch: Batch) => void>();
  const answer = await lambdaReceiver({ onBatch, token: "t" })({ ...packed, ...sent });
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: "done",
  });
  expect(onBatch.mock.calls[0]?.[0]).toMatchObject({ batchId: "a", events: [{ type: "click" }] });
  const many = { "content-type": ["text/plain; charset=utf-8"] };
  expect(answer.multiValueHeaders).toEqual("multiValueHeaders" in sent ? many : undefined);
});

it("refuses a token that only one of two headers has right", async () => {
  const receive = lambdaReceiver({ onBatch: () => undefined, token: "t" });
  const multiValueHeaders = { ...manyOf(headers), "X-MessageSystems-Webhook-Token": ["t", "u"] };
  expect(await receive({ ...packed, multiValueHeaders })).toMatchObject({ statusCode: 401 });
});
