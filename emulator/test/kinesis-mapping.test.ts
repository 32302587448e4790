import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { describe, expect, test, vi } from "vitest";
import { createClients } from "../services/clients.ts";
import type { Runtime } from "../start-runtime.ts";
import { startFixture } from "./fixture-stack.ts";

/** Longest wait on a busy machine. */
const patienceMs = 60_000;

const put = async ({ endpoints, created }: Runtime, records: readonly (string | Buffer)[]): Promise<void> => {
  const { kinesis: client } = createClients(endpoints);
  const StreamName = created.streams["Stream"]?.name;
  await client.send(
    new PutRecordsCommand({
      StreamName,
      Records: records.map((data) => ({ PartitionKey: "customer", Data: Buffer.from(data) })),
    }),
  );
  client.destroy();
};

/** Bodies of all objects of the on-failure destination. */
const givenUp = async ({ endpoints, created }: Runtime) => {
  const { s3: client } = createClients(endpoints);
  const Bucket = created.buckets["Bucket"];
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return {
        key: Key,
        body: JSON.parse((await Body?.transformToString()) ?? "") as Readonly<Record<string, unknown>>,
      };
    }),
  );
};

const stream = (mapping: object, shards = 1) => ({
  Stream: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: shards } },
  Bucket: { Type: "AWS::S3::Bucket" },
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Stream", "Arn"] },
      FunctionName: { Ref: "Subject" },
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["Bucket", "Arn"] } } },
      ...mapping,
    },
  },
});

const reporting = { FunctionResponseTypes: ["ReportBatchItemFailures"] };

/** Logs the texts of the records of each invocation. */
const decode = `
  const texts = ({ Records }) => Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
  const log = (facts) => console.log(JSON.stringify(facts));
`;

/** Fails from the first record that begins with "bad", as the mapping's handler should. */
const reportingHandler = `${decode}
  export const handler = async (event) => {
    const all = texts(event);
    const bad = all.findIndex((text) => text.startsWith("bad"));
    log({ got: all, handled: bad === -1 ? all : all.slice(0, bad) });
    return bad === -1
      ? { batchItemFailures: [] }
      : { batchItemFailures: [{ itemIdentifier: event.Records[bad].kinesis.sequenceNumber }] };
  };`;

const throwingHandler = `${decode}
  export const handler = async (event) => {
    const all = texts(event);
    const isBad = all.some((text) => text.startsWith("bad"));
    log({ got: all, handled: isBad ? [] : all });
    if (isBad) throw new Error("bad record");
  };`;

const handledOf = (logged: readonly Readonly<Record<string, unknown>>[]) =>
  logged.flatMap(({ handled }) => (Array.isArray(handled) ? (handled as string[]) : []));

describe("a window", () => {
  test("holds what came while it was open, in order, as Lambda presents it", async () => {
    const code = `export const handler = async (event) => { console.log(JSON.stringify(event)); };`;
    // Longer than a busy machine takes for two puts.
    const resources = stream({ MaximumBatchingWindowInSeconds: 5 });
    const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources });
    await put(runtime, ["one"]);
    await put(runtime, ["two", "three"]);
    await vi.waitFor(() => expect(logged).toHaveLength(1), patienceMs);
    const records = logged[0]?.["Records"] as readonly { readonly kinesis: { readonly data: string } }[];
    expect(records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString())).toEqual([
      "one",
      "two",
      "three",
    ]);
    expect(records[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "customer",
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: "b25l",
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: expect.stringMatching(/^shardId-000000000000:\d{56}$/),
      eventName: "aws:kinesis:record",
      invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::/),
      awsRegion: "us-east-1",
      eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/Stream",
    });
  });

  test("closes at its batch size, and the next one waits for the invocation before it", async () => {
    const code = `${decode}
      let running = 0;
      export const handler = async (event) => {
        running += 1;
        log({ size: texts(event).length, running });
        await new Promise((resolve) => setTimeout(resolve, 100));
        running -= 1;
      };`;
    const resources = stream({ BatchSize: 4, MaximumBatchingWindowInSeconds: 0 });
    const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources });
    await put(
      runtime,
      Array.from({ length: 10 }, (_, index) => String(index)),
    );
    await vi.waitFor(() => expect(logged.reduce((sum, { size }) => sum + Number(size), 0)).toBe(10), patienceMs);
    expect(Math.max(...logged.map(({ size }) => Number(size)))).toBeLessThanOrEqual(4);
    expect(logged.every(({ running }) => running === 1)).toBe(true);
  });

  test("closes below 6 MB as the function gets them", async () => {
    const code = `${decode}
      export const handler = async (event) => log({ bytes: JSON.stringify(event).length, count: event.Records.length });`;
    const resources = stream({ MaximumBatchingWindowInSeconds: 10 });
    const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources });
    const record = Buffer.alloc(1_000_000);
    for (let round = 0; round < 5; round += 1) await put(runtime, [record, record]);
    await vi.waitFor(() => expect(logged.reduce((sum, { count }) => sum + Number(count), 0)).toBe(10), patienceMs);
    expect(Math.max(...logged.map(({ bytes }) => Number(bytes)))).toBeLessThanOrEqual(6_000_000);
    expect(Math.max(...logged.map(({ count }) => Number(count)))).toBe(4);
  });

  test("the runtime's option replaces the template's window", async () => {
    const { runtime, logged } = await startFixture(
      { functions: { Subject: { code: throwingHandler } }, resources: stream({ MaximumBatchingWindowInSeconds: 300 }) },
      { windowSeconds: 0 },
    );
    await put(runtime, ["one"]);
    await vi.waitFor(() => expect(handledOf(logged)).toEqual(["one"]), patienceMs);
  });
});

describe("failures", () => {
  const records = ["1", "2", "bad", "4", "5", "6"];
  const neighbours = ["1", "2", "4", "5", "6"];

  test.each([
    ["a partial report", reportingHandler],
    ["an exception", throwingHandler],
  ])("%s with bisecting isolates a poison record, which goes to the on-failure destination", async (_name, code) => {
    const mapping = { ...reporting, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 };
    const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources: stream(mapping) });
    await put(runtime, records);
    await vi.waitFor(() => expect(handledOf(logged)).toEqual(neighbours), patienceMs);
    const alone = logged.filter(({ got }) => Array.isArray(got) && got.length === 1 && got[0] === "bad");
    expect(alone).toHaveLength(2);
    const [object, ...others] = await givenUp(runtime);
    expect(others).toEqual([]);
    expect(object?.key).toMatch(
      /^aws\/lambda\/[0-9a-f-]{36}\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    expect(object?.body).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 2 },
      KinesisBatchInfo: { batchSize: 1, shardId: "shardId-000000000000" },
    });
    const payload = JSON.parse(String(object?.body["payload"])) as { Records: { kinesis: { data: string } }[] };
    expect(payload.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString())).toEqual(["bad"]);
  });

  test("without bisecting the window is tried again and blocks its shard until it is given up", async () => {
    const mapping = { MaximumRetryAttempts: 2 };
    const { runtime, logged } = await startFixture({
      functions: { Subject: { code: throwingHandler } },
      resources: stream(mapping),
    });
    await put(runtime, ["bad", "good"]);
    await vi.waitFor(() => expect(logged.filter(({ got }) => got !== undefined)).not.toHaveLength(0), patienceMs);
    await put(runtime, ["later"]);
    await vi.waitFor(() => expect(handledOf(logged)).toEqual(["later"]), patienceMs);
    const windows = logged.flatMap(({ got }) => (got === undefined ? [] : [got]));
    expect(windows).toEqual([["bad", "good"], ["bad", "good"], ["bad", "good"], ["later"]]);
    expect((await givenUp(runtime)).map(({ body }) => body["KinesisBatchInfo"])).toMatchObject([{ batchSize: 2 }]);
  });

  test("a time-out counts as a failure", async () => {
    const code = `${decode}
      export const handler = async (event) => {
        const all = texts(event);
        if (all.some((text) => text.startsWith("bad"))) await new Promise(() => setInterval(() => {}, 1_000));
        log({ handled: all });
      };`;
    const mapping = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 };
    const { runtime, logged } = await startFixture({
      functions: { Subject: { code, timeoutSeconds: 3 } },
      resources: stream(mapping),
    });
    await put(runtime, ["bad", "good"]);
    await vi.waitFor(() => expect(handledOf(logged)).toEqual(["good"]), patienceMs);
    expect(await givenUp(runtime)).toHaveLength(1);
  });

  test("a failing shard does not hold up another", async () => {
    const { runtime, logged } = await startFixture({
      functions: { Subject: { code: throwingHandler } },
      resources: stream({ MaximumBatchingWindowInSeconds: 0 }, 2),
    });
    await put(runtime, ["bad"]);
    const { endpoints } = runtime;
    const { kinesis: client } = createClients(endpoints);
    // Hash keys from both ends reach both shards, whichever the poison record went to.
    const Records = ["0", "340282366920938463463374607431768211455"].map((ExplicitHashKey) => ({
      PartitionKey: "any",
      ExplicitHashKey,
      Data: Buffer.from("good"),
    }));
    await client.send(new PutRecordsCommand({ StreamName: "Stream", Records }));
    client.destroy();
    await vi.waitFor(() => expect(handledOf(logged)).toEqual(["good"]), patienceMs);
  });
});

test("a setting that the runtime cannot honour is an error that names it", async () => {
  const started = startFixture({
    functions: { Subject: { code: throwingHandler } },
    resources: stream({ TumblingWindowInSeconds: 30 }),
  });
  await expect(started).rejects.toThrow("TumblingWindowInSeconds is not supported locally");
});
