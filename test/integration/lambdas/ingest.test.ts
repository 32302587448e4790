import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import type { PackedRecord } from "#shared/events/pack-records.ts";
import type { Grant } from "#shared/contract/words.ts";
import { decodeRecord, type OwnedEvent } from "#shared/events/decode-record.ts";
import { deliveryHeaders } from "#shared/delivery/headers.ts";
import { bytesOf } from "#shared/events/span.ts";
import { requestLimit } from "#shared/runtime/request-limit.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/ingest/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { type HttpRequest, lambdaContext, proxyEvent } from "../../support/lambda-events.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

const event = (n: number): string =>
  JSON.stringify({ msys: { track_event: { type: "click", n, customer_id: "liar" } } });

const limitDeps = () => ({ counts: requestCountsTable(aws.tables.batches), now: Date.now, perSecond: 500 });

const post = async (
  body: string | Buffer,
  options: Pick<HttpRequest, "headers"> & { readonly grants?: readonly Grant[]; readonly customerId?: string } = {},
  stream = eventStream<PackedRecord>(aws.stream),
) => {
  const caller = { customerId: options.customerId ?? crypto.randomUUID(), grants: options.grants ?? ["ingest/write"] };
  const handler = createHandler({ ...limitDeps(), stream, telemetry: createTelemetry("ingest") });
  const request = { method: "POST", path: "/v1/ingest/events", body, headers: options.headers ?? {}, caller } as const;
  const answer = await handler(proxyEvent(request), lambdaContext());
  return { status: answer.statusCode, json: JSON.parse(answer.body), headers: answer.headers ?? {} };
};

/** Every event that the stream holds for a customer. */
const onStream = async (customerId: string): Promise<readonly OwnedEvent[]> => {
  const { client, streamName } = aws.stream;
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
  const events: OwnedEvent[] = [];
  for (const { ShardId } of Shards) {
    const start = { StreamName: streamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { Data } of Records) events.push(...decodeRecord(Buffer.from(Data ?? [])).events);
  }
  return events.filter((found) => found.customerId === customerId);
};

describe("accepted events", () => {
  it.each([
    ["gzip NDJSON", gzipSync(`${event(1)}\n${event(2)}\n`), { "content-encoding": "gzip" }],
    ["gzip without the header", gzipSync(`${event(1)}\n${event(2)}`), {}],
    ["NDJSON", `${event(1)}\n${event(2)}`, { "content-type": "application/x-ndjson" }],
    ["a JSON array", `[${event(1)}, ${event(2)}]`, { "content-type": "application/json" }],
  ])("as %s are on the stream, byte for byte, when the answer comes", async (_, body, headers) => {
    const customerId = crypto.randomUUID();
    const { status, json } = await post(body, { headers, customerId });
    expect(status).toBe(200);
    expect(json).toEqual({ results: { id: expect.any(String), accepted: 2, rejected: 0 } });
    expect((await onStream(customerId)).map((found) => String(bytesOf(found)))).toEqual([event(1), event(2)]);
  });

  it("may be a single event", async () => {
    expect((await post(event(1))).json.results).toMatchObject({ accepted: 1, rejected: 0 });
  });

  it("belong to the key's customer, whatever they say", async () => {
    await post(event(1), { customerId: "owner" });
    expect(await onStream("liar")).toEqual([]);
    expect(await onStream("owner")).toHaveLength(1);
  });
});

describe("deliveries of a webhook", () => {
  it("are refused, so that none whose target is ingest multiplies events", async () => {
    const customerId = crypto.randomUUID();
    const settings = { authToken: "", auth: { type: "none" }, customHeaders: { "x-api-key": "k" } } as const;
    const body = Buffer.from(`[${event(1)}]`);
    const headers = deliveryHeaders({ batchId: crypto.randomUUID(), settings, json: body, now: Date.now() });
    const { status, json } = await post(body, { headers, customerId });
    expect([status, json.errors[0].message]).toEqual([422, "Deliveries of a webhook cannot be ingested"]);
    expect(await onStream(customerId)).toEqual([]);
  });

  it("of the original product are taken: its webhooks may have ingest as their target", async () => {
    const headers = { "X-MessageSystems-Batch-ID": crypto.randomUUID() };
    expect((await post(`[${event(1)}]`, { headers })).json.results).toMatchObject({ accepted: 1 });
  });
});

describe("events about webhooks", () => {
  it("are refused by class and by type, however they are written: Tidepost alone writes them", async () => {
    const customerId = crypto.randomUUID();
    const lying = [
      '{"msys":{"webhook_event":{"type":"webhook_failing","webhook_id":"1"}}}',
      '{"msys":{"webhook\\u005fevent":{"type":"delivery"}}}',
      '{"msys":{"message_event":{"type":"webhook_changed"}}}',
      '{ "msys" : {"message_event": {"n": 1, "type": "batch\\u005fexpired"}}}',
    ];
    const { json } = await post([...lying, event(1)].join("\n"), { customerId });
    expect(json.results).toMatchObject({ accepted: 1, rejected: lying.length });
    expect(json.results.errors[0].message).toBe("'webhook_event' and its types are Tidepost's own");
    expect(await onStream(customerId)).toHaveLength(1);
  });
});

/** Requests of some 50 KB each that hold tens of millions of pieces. */
describe("a small request that inflates to", () => {
  const filled = (unit: string): Buffer => Buffer.alloc(49 * 1024 * 1024, unit);

  it.each([
    ["an array of empty objects", gzipSync(Buffer.concat([Buffer.from("["), filled("{},")]))],
    ["lines of one digit", gzipSync(filled("1\n"))],
    ["an array of as many as are too many", gzipSync(`[${"1,".repeat(100_000)}1]`)],
  ])("%s is refused, and nothing is accepted", async (_, body) => {
    const { status, json } = await post(body);
    expect([status, json.errors[0].message]).toEqual([413, "The request holds more than 100000 events"]);
  });

  it("brackets over several lines is refused", async () => {
    const { status, json } = await post(gzipSync(Buffer.concat([Buffer.from('{\n"a":'), filled("[")])));
    expect(status).toBe(422);
    expect(json.errors[0].ingest).toMatchObject({ accepted: 0, rejected: 2 });
  });

  it("blank lines holds no events", async () => {
    const { status, json } = await post(gzipSync(filled("\n")));
    expect([status, json.results.accepted]).toEqual([200, 0]);
  });
});

describe("a request with bad lines", () => {
  it("names each of them and accepts the others", async () => {
    const customerId = crypto.randomUUID();
    const lines = [event(1), "{broken", '{"msys":{"a":{},"b":{}}}', "", event(2), '{"msys":{"a":{"type":5}}}', "7"];
    const { status, json } = await post(lines.join("\n"), { customerId });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({ accepted: 2, rejected: 4 });
    expect(json.results.errors).toEqual([
      { line: 2, message: expect.stringMatching(/^not valid JSON: /) },
      { line: 3, message: "'msys' must hold exactly one event class, an object" },
      { line: 6, message: "'type' must be a non-empty string" },
      { line: 7, message: "must be an object with the key 'msys'" },
    ]);
    expect(await onStream(customerId)).toHaveLength(2);
  });

  it("names one that is not UTF-8", async () => {
    const lines = [event(1), '{"msys":{"track_event":{"type":"click","text":"ÿ"}}}', event(2)];
    const { json } = await post(Buffer.from(lines.join("\n"), "latin1"));
    expect(json.results).toMatchObject({ accepted: 2, errors: [{ line: 2, message: "not valid UTF-8" }] });
  });

  it("is refused when nothing can be accepted, with the same facts", async () => {
    const { status, json } = await post("{broken\n[1]");
    expect(status).toBe(422);
    expect(json.errors[0]).toMatchObject({ code: "1300", ingest: { accepted: 0, rejected: 2 } });
  });

  it.each([
    [
      "half an emoji, escaped",
      String.raw`"Sale \ud83c"`,
      "'msys.message_event.subject' must be well-formed Unicode text",
    ],
    ["the second half alone", String.raw`"\udf89"`, "'msys.message_event.subject' must be well-formed Unicode text"],
    ["both halves in the wrong order", String.raw`"\udf89\ud83c"`, "must be well-formed Unicode text"],
    ["a number beyond the double's range", "1e400", "'msys.message_event.subject' must be a number within the range"],
    ["65 levels", `${"[".repeat(63)}${"]".repeat(63)}`, "nested deeper than 64 levels"],
  ])("refuses an event with %s, which parsers of other languages refuse", async (_, subject, problem) => {
    const bad = `{"msys":{"message_event":{"type":"delivery","subject":${subject}}}}`;
    const { json } = await post(`${bad}\n${event(1)}`);
    expect(json.results).toMatchObject({ accepted: 1, rejected: 1 });
    expect(json.results.errors[0]).toEqual({ line: 1, message: expect.stringContaining(problem) });
  });

  it.each([
    ["a whole emoji, escaped", String.raw`"Sale \ud83c\udf89"`],
    ["a backslash before what looks like an escape", String.raw`"\\ud83c"`],
    ["the largest double", "1.7976931348623157e308"],
    ["62 levels", `${"[".repeat(61)}${"]".repeat(61)}`],
  ])("accepts an event with %s", async (_, subject) => {
    const { json } = await post(`{"msys":{"message_event":{"type":"delivery","subject":${subject}}}}`);
    expect(json.results).toMatchObject({ accepted: 1, rejected: 0 });
  });

  it("lists at most 100 errors", async () => {
    const { json } = await post(`${event(1)}\n${"nonsense\n".repeat(150)}`);
    expect(json.results).toMatchObject({ accepted: 1, rejected: 150, errors_truncated: true });
    expect(json.results.errors).toHaveLength(100);
  });

  it("refuses an event above 256 KiB alone", async () => {
    const large = JSON.stringify({ msys: { message_event: { type: "delivery", pad: "x".repeat(300_000) } } });
    const { json } = await post(`${large}\n${event(1)}`);
    expect(json.results).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 1 }] });
  });
});

describe("test POSTs", () => {
  it.each(['[{"msys":{}}]', '{"msys":{}}', "[]"])("%s is answered 200 with nothing accepted", async (body) => {
    const { status, json } = await post(body);
    expect(status).toBe(200);
    expect(json.results).toMatchObject({ accepted: 0, rejected: 0 });
  });
});

describe("refused requests", () => {
  it.each([
    ["an empty body", "", {}, 400, "1200"],
    ["gzip that is none", event(1), { "content-encoding": "gzip" }, 400, "1200"],
    ["half a gzip", gzipSync(event(1)).subarray(0, 30), {}, 400, "1200"],
    ["zstd as encoding", zstdCompressSync(event(1)), { "content-encoding": "zstd" }, 415, "1700"],
    ["too many bytes", Buffer.alloc(4_400_001, " "), {}, 413, "1300"],
    ["too many bytes inside", gzipSync(Buffer.alloc(53_000_000, " ")), {}, 413, "1300"],
  ])("%s", async (_, body, headers, status, code) => {
    const answer = await post(body, { headers });
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0]).toMatchObject({ code, message: expect.any(String), description: expect.any(String) });
  });

  it("a key without the grant is told which one it lacks", async () => {
    const { status, json } = await post(event(1), { grants: ["webhooks/modify"] });
    expect(status).toBe(403);
    expect(json).toEqual({
      errors: [{ message: "Forbidden.", description: "This API key lacks the grant 'ingest/write'.", code: "1100" }],
    });
  });

  it("a request that no authorizer has seen is refused", async () => {
    const handler = createHandler({
      ...limitDeps(),
      stream: eventStream(aws.stream),
      telemetry: createTelemetry("ingest"),
    });
    const request = proxyEvent({ method: "POST", path: "/v1/ingest/events", body: event(1) });
    expect((await handler(request, lambdaContext())).statusCode).toBe(401);
  });
});

describe("a stream that throttles", () => {
  it("gets the refused records again, and those alone", async () => {
    const mock = mockClient(KinesisClient);
    const taken = { SequenceNumber: "1", ShardId: "shardId-000000000000" };
    const refused = { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "slow down" };
    mock
      .on(PutRecordsCommand)
      .resolvesOnce({ FailedRecordCount: 1, Records: [taken, refused, taken] })
      .resolves({ FailedRecordCount: 0, Records: [taken] });
    const stream = eventStream<PackedRecord>({ client: new KinesisClient(), streamName: "events" });
    const body = Array.from({ length: 1_200 }, (_, n) => event(n)).join("\n");
    expect((await post(body, {}, stream)).json.results).toMatchObject({ accepted: 1_200 });
    const calls = mock.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input.Records ?? []);
    expect(calls.map((records) => records.length)).toEqual([3, 1]);
    expect(calls[1]?.[0]).toEqual(calls[0]?.[1]);
    mock.restore();
  });

  it("that never gives way leads to 503 and the lines that were not taken", async () => {
    const mock = mockClient(KinesisClient);
    mock
      .on(PutRecordsCommand)
      .resolvesOnce({ FailedRecordCount: 1, Records: [{ SequenceNumber: "1" }, { ErrorCode: "InternalFailure" }] })
      .rejects(new Error("not available"));
    const pauses: number[] = [];
    const stream = eventStream<PackedRecord>({ client: new KinesisClient(), streamName: "events" }, async (again) => {
      await Promise.resolve();
      pauses.push(again);
    });
    const body = ["{broken", ...Array.from({ length: 502 }, (_, n) => event(n))].join("\n");
    const { status, json, headers } = await post(body, {}, stream);
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe("5");
    // Beside `response`, which is a called URL's answer in every error.
    expect(json.errors[0].response).toBeUndefined();
    expect(json.errors[0].ingest).toEqual({
      id: expect.any(String),
      accepted: 500,
      rejected: 1,
      errors: [{ line: 1, message: expect.stringMatching(/^not valid JSON/) }],
      not_accepted_lines: [502, 503],
    });
    expect(pauses).toEqual([1, 2, 3, 4]);
    mock.restore();
  });
});

describe("a key that sends more than its limit", () => {
  const sender = (customerId: string, changes: Partial<Parameters<typeof createHandler>[0]> = {}) => {
    const stream = eventStream<PackedRecord>(aws.stream);
    const own = { ...limitDeps(), perSecond: 1, stream, telemetry: createTelemetry("ingest"), ...changes };
    const handler = createHandler(own);
    return async (keyId: string) => {
      const caller = { customerId, grants: ["ingest/write"], keyId } as const;
      const request = proxyEvent({ method: "POST", path: "/v1/ingest/events", body: event(1), caller });
      return await handler(request, lambdaContext());
    };
  };

  it("gets 429 in every environment until the window ends, and others do not", async () => {
    let now = Date.parse("2026-01-02T03:04:00Z");
    const [key, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const [one, two] = [sender("1", { now: () => now }), sender("1", { now: () => now })];
    const statuses: number[] = [];
    for (let sent = 0; sent < 6; sent += 1) {
      for (const send of [one, two]) statuses.push((await send(key)).statusCode);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    now += 7_500;
    const refused = await one(key);
    expect(refused).toMatchObject({ statusCode: 429, headers: { "retry-after": "3" } });
    expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ code: "1500" }] });
    expect((await one(other)).statusCode).toBe(200);
    now += 2_500;
    expect((await two(key)).statusCode).toBe(200);
  });

  it("is let through when nobody can count", async () => {
    const counts = { take: async () => await Promise.reject(new Error("not available")) };
    const send = sender("1", { counts });
    for (let sent = 0; sent < 12; sent += 1) expect((await send("key")).statusCode).toBe(200);
  });

  it("costs a hundred writes and a few a window, whatever it sends, and gets all of its limit", async () => {
    let writes = 0;
    let taken = 0;
    const counts = {
      take: async ({ size, max }: { readonly size: number; readonly max: number }) => {
        writes += 1;
        if (taken + size > max) return await Promise.resolve(false);
        taken += size;
        return true;
      },
    };
    const admit = requestLimit(
      { ...limitDeps(), counts, now: () => 0, telemetry: createTelemetry("ingest") },
      "ingest",
    );
    const caller = { customerId: "1", grants: [], keyId: "k" };
    let admitted = 0;
    for (let sent = 0; sent < 6_000; sent += 1) {
      try {
        await admit(caller);
        admitted += 1;
      } catch {
        // Refused.
      }
    }
    expect(admitted).toBe(5_000);
    expect(writes).toBeLessThan(120);
  });

  it("reaches its limit in however many environments its requests are", async () => {
    const key = crypto.randomUUID();
    const statuses: number[] = [];
    // Of 300 requests in the window a share of full size is three.
    for (let sent = 0; sent < 120; sent += 1) {
      statuses.push((await sender("1", { now: () => 0, perSecond: 30 })(key)).statusCode);
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});
