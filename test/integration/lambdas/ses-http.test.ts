import { gzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import type { Grant } from "#shared/contract/words.ts";
import type { PackedRecord } from "#shared/events/pack-records.ts";
import { decodeRecord } from "#shared/events/decode-record.ts";
import { bytesOf } from "#shared/events/span.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/ses/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { type HttpRequest, lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { ampleLimit } from "../../support/request-limit.ts";
import {
  delivery,
  eventBridgeEvent,
  firehoseRequest,
  send,
  snsEnvelope,
  subscription,
} from "../../unit/ses/documents.ts";
import { options } from "../../unit/ses/mapping.ts";

let aws: Aws;
let customerId: string;
/** Records that a request has put on the stream, which are put there, too. */
let records: PackedRecord[];
beforeAll(async () => {
  aws = await startAws();
});
beforeEach(() => {
  customerId = crypto.randomUUID();
  records = [];
});
afterAll(async () => await aws.stop());

const now = Date.parse("2026-03-02T09:15:00Z");

const handle = async (
  request: Partial<HttpRequest>,
  {
    grants = ["ingest/write"],
    streamName = aws.stream.streamName,
  }: { grants?: readonly Grant[]; streamName?: string } = {},
) => {
  const stream = eventStream<PackedRecord>({ ...aws.stream, streamName });
  const handler = createHandler({
    ...ampleLimit(aws),
    mapping: options,
    now: () => now,
    outbound: outboundClient({ allowedRanges: [] }),
    quarantine: quarantine(aws.bucket),
    stream: {
      putAll: async (all) => {
        const refused = await stream.putAll(all);
        if (refused.records.length === 0) records.push(...all);
        return refused;
      },
    },
    telemetry: createTelemetry("ses"),
    topics: [],
  });
  const event = proxyEvent({ method: "POST", path: "/v1/ingest/ses", caller: { customerId, grants }, ...request });
  return await handler(event, lambdaContext());
};

const post = async (
  body: unknown,
  {
    headers = {},
    grants = ["ingest/write"],
  }: { readonly headers?: Record<string, string>; readonly grants?: readonly Grant[] } = {},
  streamName = aws.stream.streamName,
) => {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await handle({ body: text, headers }, { grants, streamName });
  return { status: answer.statusCode, json: JSON.parse(answer.body), headers: answer.headers ?? {} };
};

const types = (): readonly string[] =>
  records.flatMap(({ data }) => decodeRecord(data).events.map(({ type, customerId: owner }) => `${type} of ${owner}`));

const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const results = (accepted: number, ignored = 0, quarantined = 0) => ({
  results: { id: expect.any(String), accepted, ignored, quarantined },
});

describe("documents by HTTP", () => {
  it.each([
    ["one", send(), ["injection"]],
    ["an array", [send(), delivery()], ["injection", "delivery"]],
    ["lines", lines(send(), delivery()), ["injection", "delivery"]],
    ["gzip", gzipSync(lines(send(), delivery())), ["injection", "delivery"]],
    ["an SNS envelope", snsEnvelope(delivery()), ["delivery"]],
    ["an EventBridge event", eventBridgeEvent(delivery()), ["delivery"]],
    [
      "a Firehose request",
      firehoseRequest([lines(send(), delivery()), lines(send())]),
      ["injection", "delivery", "injection"],
    ],
  ])("as %s are on the stream when the answer comes, for the key's customer", async (_, body, expected) => {
    expect(await post(body)).toMatchObject({ status: 200, json: results(expected.length) });
    expect(types()).toEqual(expected.map((type) => `${type} of ${customerId}`));
  });

  it("say in their own fields, too, whose they are", async () => {
    await post(send());
    const [event] = records.flatMap(({ data }) => decodeRecord(data).events);
    const { msys } = JSON.parse(event === undefined ? "{}" : bytesOf(event).toString());
    expect(msys.message_event).toMatchObject({ customer_id: customerId, rcpt_meta: { order: "A-17" } });
  });

  it("are ignored, or put aside, each alone", async () => {
    const unchanged = subscription({ newTopicPreferences: { unsubscribeAll: false } });
    const body = lines(
      send(),
      unchanged,
      { eventType: "Teleported" },
      "text",
      snsEnvelope("Successfully validated SNS topic"),
    );
    expect(await post(`${body}{broken`)).toMatchObject({ status: 200, json: results(1, 2, 3) });
    const keys = (await aws.listKeys("quarantine/2026-03-02/ses-")).toSorted();
    const Key = keys.at(-1);
    const { Body } = await aws.bucket.client.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
    const stored = JSON.parse((await Body?.transformToString()) ?? "");
    const notJson = expect.stringMatching(/^not valid JSON/);
    const problems = ["unknown event type 'Teleported'", "must be an object", notJson];
    expect(stored.pieces).toMatchObject(problems.map((problem) => ({ problem, customerId })));
    expect(await post(`${body}{broken`)).toMatchObject({ status: 200 });
    expect(await aws.listKeys("quarantine/2026-03-02/ses-")).toHaveLength(keys.length);
  });

  it("that are ten thousand pieces of nothing are put aside as one", async () => {
    const before = await aws.listKeys("quarantine/");
    const body = `[${JSON.stringify(send())}${",1".repeat(10_000)}]`;
    expect(await post(body)).toMatchObject({ status: 200, json: results(1, 0, 10_000) });
    const [Key] = (await aws.listKeys("quarantine/")).filter((key) => !before.includes(key));
    const { Body } = await aws.bucket.client.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
    const { pieces } = JSON.parse((await Body?.transformToString()) ?? "");
    expect(pieces).toMatchObject([{ problem: "10000 pieces became no events; the first: must be an object" }]);
    expect(atob(pieces[0].data)).toBe(body);
  });
});

describe("refused requests", () => {
  it.each([
    ["nothing", "", {}, 400, "1200"],
    ["text", "hello", {}, 400, "1200"],
    ["an envelope of text", snsEnvelope("hello"), {}, 400, "1200"],
    ["gzip that is none", "{}", { "content-encoding": "gzip" }, 400, "1200"],
    ["zstd", "{}", { "content-encoding": "zstd" }, 415, "1700"],
    ["too many bytes", Buffer.alloc(4_400_001, " "), {}, 413, "1300"],
    ["too many bytes inside", gzipSync(Buffer.alloc(9_000_000, " ")), {}, 413, "1300"],
    ["a confirmation that nobody has allowed", snsEnvelope("?", { Type: "SubscriptionConfirmation" }), {}, 403, "1100"],
  ])("%s", async (_, body, headers, status, code) => {
    const answer = await post(body, { headers });
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0]).toMatchObject({ code, message: expect.any(String), description: expect.any(String) });
    expect(records).toEqual([]);
  });

  it("without the grant", async () => {
    expect(await post(send(), { grants: ["webhooks/modify"] })).toMatchObject({ status: 403 });
    expect(records).toEqual([]);
  });

  it("are sent again when the stream refuses", async () => {
    const { status, headers, json } = await post(send(), {}, "gone");
    expect([status, headers["retry-after"], json.errors[0].code]).toEqual([503, "5", "1500"]);
  });
});

describe("requests of Firehose", () => {
  const headers = {
    "X-Amz-Firehose-Request-Id": "ed4acda5-034f-9f42-bba1-f29aea6d7d8f",
    "X-Amz-Firehose-Protocol-Version": "1.0",
  };
  const told = { requestId: "ed4acda5-034f-9f42-bba1-f29aea6d7d8f", timestamp: now };

  it("get the answer that it asks for", async () => {
    const answer = await post(firehoseRequest([lines(send())]), { headers });
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(answer.json).toEqual(told);
    expect(types()).toEqual([`injection of ${customerId}`]);
  });

  it("are answered whatever their method, also without a body", async () => {
    const { statusCode, headers: sent, body } = await handle({ method: "HEAD", headers });
    expect([statusCode, sent?.["content-type"], JSON.parse(body)]).toEqual([
      405,
      "application/json",
      { ...told, errorMessage: "" },
    ]);
  });

  it("are told why they are refused", async () => {
    const refused = await post(firehoseRequest([lines(send())]), { headers, grants: [] });
    expect(refused.status).toBe(403);
    expect(refused.json).toEqual({ ...told, errorMessage: "Forbidden.: This API key lacks the grant 'ingest/write'." });
    const failed = await post(firehoseRequest([lines(send())]), { headers }, "gone");
    expect(failed.status).toBe(503);
    expect(failed.json).toEqual({ ...told, errorMessage: expect.stringMatching(/^The event stream is not available/) });
  });
});
