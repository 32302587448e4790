import { gzipSync } from "node:zlib";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { decodeRecord } from "#shared/events/decode-record.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import {
  type ObjectOutcome,
  type RestorePlaces,
  type RestoreWhat,
  planRestore,
  readFailedWindow,
  readQuarantined,
  restoreObjects,
} from "../../../cli/aws/restore.ts";
import { onFailureObject } from "../../../emulator/kinesis-mapping/on-failure.ts";
import { windowRecord } from "../../../emulator/kinesis-mapping/record.ts";
import { type Aws, startAws } from "../../support/aws.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => {
  await aws.stop();
});

const windows = { prefix: "aws/lambda/", read: readFailedWindow };
const unreadable = { prefix: "quarantine/", read: (text: string) => readQuarantined(text, undefined) };
const places = () => ({
  bucketName: aws.bucket.bucketName,
  kinesis: aws.stream.client,
  s3: aws.bucket.client,
  streamName: aws.stream.streamName,
});

const put = async (key: string, body: string): Promise<void> => {
  await aws.bucket.client.send(new PutObjectCommand({ Bucket: aws.bucket.bucketName, Key: key, Body: body }));
};

const all = async (outcomes: AsyncIterable<ObjectOutcome>): Promise<readonly ObjectOutcome[]> => {
  const list: ObjectOutcome[] = [];
  for await (const outcome of outcomes) list.push(outcome);
  return list;
};

/** Restores all that a plan names. */
const restoreAll = async (what: RestoreWhat, at: RestorePlaces = places()): Promise<readonly ObjectOutcome[]> => {
  const planned = await all(planRestore(at, what));
  return await all(
    restoreObjects(
      at,
      what,
      planned.map(({ key }) => key),
    ),
  );
};

/** Every record of the stream so far as `partition key: data`. */
const onStream = async (): Promise<readonly string[]> => {
  const { client, streamName: StreamName } = aws.stream;
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  const records = await Promise.all(
    Shards.map(async ({ ShardId }) => {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ ShardId, ShardIteratorType: "TRIM_HORIZON", StreamName }),
      );
      return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
    }),
  );
  return records
    .flat()
    .map(({ Data = new Uint8Array(), PartitionKey }) => `${PartitionKey}: ${Buffer.from(Data).toString("latin1")}`)
    .toSorted();
};

let before: readonly string[] = [];
const added = async (): Promise<readonly string[]> => {
  const seen = [...before];
  return (await onStream()).filter((record) => {
    const index = seen.indexOf(record);
    if (index !== -1) seen.splice(index, 1);
    return index === -1;
  });
};
beforeEach(async () => {
  before = await onStream();
});

const shardId = "shardId-000000000000";
const streamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/events";

/** A window as Lambda puts it aside, written by the local runtime's imitation of it. */
const failedWindow = (payloads: Readonly<Record<string, Buffer>>) =>
  onFailureObject({
    condition: "RetryAttemptsExhausted",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:batch",
    invocations: 11,
    lastResult: undefined,
    mappingId: "0a1b2c3d",
    now: new Date(0),
    records: Object.entries(payloads).map(([partitionKey, data], index) =>
      windowRecord({
        record: { arrivedAt: 0, data: data.toString("base64"), partitionKey, sequenceNumber: String(index) },
        shardId,
        streamArn,
      }),
    ),
    shardId,
    streamArn,
  });

it("puts a failed window back as it was and deletes its object", async () => {
  const { body, key } = failedWindow({ a: Buffer.from('{"msys":{}}'), b: gzipSync("packed") });
  await put(key, body);
  expect(await all(planRestore(places(), windows))).toEqual([
    { kind: "planned", key, problems: ["RetryAttemptsExhausted", "RetryAttemptsExhausted"] },
  ]);
  expect(await added()).toEqual([]);

  expect(await restoreAll(windows)).toMatchObject([{ kind: "restored", key }]);
  expect(await added()).toEqual(['a: {"msys":{}}', `b: ${gzipSync("packed").toString("latin1")}`]);
  expect(await aws.listKeys("aws/lambda/")).toEqual([]);
  expect(await restoreAll(windows)).toEqual([]);
});

it("reads a window whose payload is an object and not text", async () => {
  const { body, key } = failedWindow({ parsed: Buffer.from("as an object") });
  const { payload, ...rest } = JSON.parse(body) as { readonly payload: string };
  await put(key, JSON.stringify({ ...rest, payload: JSON.parse(payload) as unknown }));
  expect(await restoreAll(windows)).toMatchObject([{ kind: "restored" }]);
  expect(await added()).toEqual(["parsed: as an object"]);
});

it("keeps what it cannot read, says why, and goes on with the others", async () => {
  const good = failedWindow({ good: Buffer.from("good") });
  await put("aws/lambda/0-not-json", "no JSON");
  await put("aws/lambda/1-no-payload", JSON.stringify({ requestContext: { condition: "RecordAgeExceeded" } }));
  await put(`aws/lambda/2-${good.key.split("/").at(-1)}`, good.body);
  const outcomes = await restoreAll(windows);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["kept", "kept", "restored"]);
  expect(outcomes[0]).toMatchObject({ reason: expect.stringContaining("it cannot be read: ") as string });
  expect(await aws.listKeys("aws/lambda/")).toEqual(["aws/lambda/0-not-json", "aws/lambda/1-no-payload"]);
  expect(await added()).toEqual(["good: good"]);
});

it("deletes nothing that the stream has not taken", async () => {
  const { body, key } = failedWindow({ refused: Buffer.from("refused") });
  await put(`${key}-refused`, body);
  const refusing = new KinesisClient({});
  mockClient(refusing).rejects(new Error("no throughput"));
  const outcomes = await restoreAll({ ...windows, prefix: `${key}-refused` }, { ...places(), kinesis: refusing });
  expect(outcomes).toEqual([
    { kind: "kept", key: `${key}-refused`, reason: "the stream did not take 1 of 1 records: no throughput" },
  ]);
  expect(await aws.listKeys(key)).toEqual([`${key}-refused`]);

  expect(await restoreAll({ ...windows, prefix: key })).toMatchObject([{ kind: "restored" }]);
  expect(await added()).toEqual(["refused: refused"]);
});

it("restores what the plan has named, and not what is put aside meanwhile", async () => {
  const keys = ["aws/lambda/1", "aws/lambda/2", "aws/lambda/3"];
  for (const [index, key] of keys.entries()) {
    await put(key, failedWindow({ [`k${index}`]: Buffer.from(`window ${index}`) }).body);
  }
  const [first = "", second = "", third = ""] = keys;
  const outcomes: ObjectOutcome[] = [];
  for await (const outcome of restoreObjects(places(), windows, [first, second, "aws/lambda/0"])) {
    outcomes.push(outcome);
    // As a record does that still cannot be read.
    await put(`${third}-again`, "comes back");
  }
  expect(outcomes).toMatchObject([
    { kind: "restored", key: first },
    { kind: "restored", key: second },
    { kind: "kept", key: "aws/lambda/0", reason: expect.stringContaining("it is gone") as string },
  ]);
  expect(await added()).toEqual(["k0: window 0", "k1: window 1"]);
  expect(await aws.listKeys("aws/lambda/")).toEqual(expect.arrayContaining([third, `${third}-again`]));
});

const quarantineRecord = async (sequenceNumber: string, data: Buffer): Promise<void> => {
  await quarantine(aws.bucket).put({
    arrivedAt: "2026-01-02T03:04:05.000Z",
    partitionKey: "17",
    pieces: decodeRecord(data).undecodable,
    sequenceNumber,
    shard: "shardId-000000000000",
  });
};

it("puts every unreadable piece of a record back as a record", async () => {
  await quarantineRecord(
    "1",
    Buffer.from('{"msys":{"track_event":{"type":"click","customer_id":"17"}}}\nnonsense\n{}'),
  );
  expect(await restoreAll(unreadable)).toMatchObject([{ kind: "restored", problems: { length: 2 } }]);
  expect(await added()).toEqual(["17: nonsense", "17: {}"]);
  expect(await aws.listKeys("quarantine/")).toEqual([]);
});

it("believes the customer of the record's header and not that of the event, also the second time", async () => {
  const foreign = '{"msys":{"track_event":{"type":5,"customer_id":"99"}}}';
  await quarantineRecord("2", Buffer.concat([writeLinesHeader("17"), Buffer.from(foreign)]));
  const outcomes = await restoreAll({ ...unreadable, read: (text) => readQuarantined(text, "99") });
  expect(outcomes).toMatchObject([{ kind: "restored" }]);
  const [record = ""] = await added();
  expect(record).toBe(`17: ${writeLinesHeader("17").toString()}${foreign}`);
});

it("gives events without a customer the one that the operator names", async () => {
  const anonymous = '{"msys":{"track_event":{"type":"click"}}}';
  await quarantineRecord("3", Buffer.from(anonymous));
  await restoreAll({ ...unreadable, read: (text) => readQuarantined(text, "17") });
  const [record = ""] = await added();
  const data = Buffer.from(record.slice("17: ".length));
  expect(decodeRecord(data)).toMatchObject({ events: [{ customerId: "17", type: "click" }], undecodable: [] });
});

it("gives documents of Amazon SES back to their queue, with their customer where a key has named it", async () => {
  const { client: sqs, queueUrl } = await aws.createQueue();
  const document = '{"eventType":"Teleported"}';
  const putAside = async (sequenceNumber: string, customerId?: string): Promise<void> => {
    const piece = { bytes: Buffer.from(document), problem: "unknown event type", ...(customerId && { customerId }) };
    const where = { arrivedAt: "2026-01-02T03:04:05.000Z", partitionKey: "ses", sequenceNumber, shard: "ses" };
    await quarantine(aws.bucket).put({ ...where, pieces: [piece] });
  };
  await putAside("1");
  await putAside("2", "17");
  expect(await restoreAll(unreadable)).toMatchObject([
    { kind: "kept", reason: expect.stringMatching(/sesEvents is off/) },
    { kind: "kept" },
  ]);
  const outcomes = await restoreAll(unreadable, { ...places(), documents: { sqs, queueUrl } });
  expect(outcomes).toMatchObject([
    { kind: "restored", problems: ["unknown event type"] },
    { kind: "restored", problems: ["unknown event type"] },
  ]);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
  );
  expect(Messages.map(({ Body }) => Body)).toEqual([document, document]);
  const owners = Messages.map(({ MessageAttributes }) => MessageAttributes?.["tidepost-customer"]?.StringValue);
  expect(new Set(owners)).toEqual(new Set([undefined, "17"]));
  expect(await added()).toEqual([]);
  expect(await aws.listKeys("quarantine/")).toEqual([]);
});
