import { PutRecordCommand } from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createShardReader } from "../kinesis-mapping/shard-reader.ts";
import { type Aws, startAws } from "../../test/support/aws.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => await aws.stop());

it("a shard that was idle for longer than an iterator lives is read on", async () => {
  const { client, streamName } = aws.stream;
  const reader = createShardReader({ client, streamName, shardId: "shardId-000000000000", after: undefined });
  expect(await reader.read(10)).toEqual([]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 60_000 });
  expect(await reader.read(10)).toEqual([]);
  const record = { StreamName: streamName, Data: Buffer.from("late"), PartitionKey: "1", ExplicitHashKey: "0" };
  await client.send(new PutRecordCommand(record));
  const records = await reader.read(10);
  expect(records.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["late"]);
});
