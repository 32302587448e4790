import { CreateStreamCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Services, startServices } from "../start-services.ts";

const streamName = "Events";

let services: Services;
beforeAll(async () => {
  services = await startServices(undefined);
  await services.clients.kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 2 }));
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => await services.stop());

const put = async (text: string, shard = 0): Promise<string> => {
  const ExplicitHashKey = shard === 0 ? "0" : String(2n ** 128n - 1n);
  const record = { StreamName: streamName, Data: Buffer.from(text), PartitionKey: `key of ${text}`, ExplicitHashKey };
  return (await services.clients.kinesis.send(new PutRecordCommand(record))).SequenceNumber ?? "";
};
const read = async ({ shard = 0, after, limit = 10 }: { shard?: number; after?: string; limit?: number } = {}) =>
  (await services.kinesis.read({ streamName, shardId: `shardId-00000000000${shard}`, after, limit })).map(
    ({ sequenceNumber, partitionKey, data }) => ({ sequenceNumber, partitionKey, text: atob(data) }),
  );

it("a shard is read in order, from a place on and up to a limit, without what other shards hold", async () => {
  const before = Date.now();
  const elsewhere = await put("elsewhere", 1);
  const numbers = [await put("a"), await put("b"), await put("c")];
  const all = ["a", "b", "c"].map((text, index) => ({
    sequenceNumber: numbers[index],
    partitionKey: `key of ${text}`,
    text,
  }));
  expect(await read()).toEqual(all);
  expect(await read({ limit: 2 })).toEqual(all.slice(0, 2));
  expect(await read({ after: numbers[0] ?? "" })).toEqual(all.slice(1));
  expect(await read({ after: numbers[2] ?? "" })).toEqual([]);
  expect(await read({ shard: 1 })).toMatchObject([{ sequenceNumber: elsewhere }]);
  const [first] = await services.kinesis.read({
    streamName,
    shardId: "shardId-000000000000",
    after: undefined,
    limit: 1,
  });
  // Kinesis tells seconds and their thousandths.
  expect(first?.arrivedAt).toBeGreaterThanOrEqual(before);
  expect(first?.arrivedAt).toBeLessThanOrEqual(Date.now());
});

it("a shard that was idle for a long time is read on", async () => {
  const last = await put("early");
  expect(await read({ after: last })).toEqual([]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 60_000 });
  expect(await read({ after: last })).toEqual([]);
  await put("late");
  expect(await read({ after: last })).toMatchObject([{ text: "late" }]);
});
