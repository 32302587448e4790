import { GetRecordsCommand, GetShardIteratorCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Aws, startAws } from "../../test/support/aws.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

const put = async (text: string): Promise<string> => {
  const { client, streamName } = aws.stream;
  const record = { StreamName: streamName, Data: Buffer.from(text), PartitionKey: "1", ExplicitHashKey: "0" };
  return (await client.send(new PutRecordCommand(record))).ShardId ?? "";
};

/** An iterator at a time, for a shard. */
const iteratorAt = async (shard: string, at: number): Promise<string | undefined> => {
  const { client, streamName } = aws.stream;
  const place = { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(at) } as const;
  return (await client.send(new GetShardIteratorCommand({ StreamName: streamName, ShardId: shard, ...place })))
    .ShardIterator;
};

const read = async (iterator: string | undefined): Promise<readonly string[]> => {
  const { Records = [] } = await aws.stream.client.send(new GetRecordsCommand({ ShardIterator: iterator }));
  return Records.map(({ Data }) => Buffer.from(Data ?? []).toString());
};

it("an iterator at a time begins with the first record of that time or later, or with the next to come", async () => {
  const before = Date.now() - 1_000;
  const shard = await put("first");
  expect(await read(await iteratorAt(shard, before))).toEqual(["first"]);
  await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(before + 1_100);
  const behind = await iteratorAt(shard, Date.now());
  expect(await read(behind)).toEqual([]);
  await put("second");
  expect(await read(behind)).toEqual(["second"]);
});

it("an iterator at a time is given for a shard without records", async () => {
  expect(await read(await iteratorAt("shardId-000000000001", Date.now() - 1_000))).toEqual([]);
});
