import { gzipSync } from "node:zlib";
import { ListStreamsCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { ListBucketsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { createClients } from "../../emulator/services/clients.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
let receiver: Receiver;
const { kinesis, s3, destroy } = createClients(inject("sharedSystem").endpoints);
beforeAll(async () => {
  [tidepost, receiver] = await Promise.all([joinTidepost(), startReceiver()]);
});
afterAll(async () => {
  destroy();
  await tidepost.stop();
  await receiver.close();
});

/** Puts a record on the stream; returns what the object that it is put aside in would be named by. */
const putRecord = async (data: Buffer): Promise<string> => {
  const [StreamName] = (await kinesis.send(new ListStreamsCommand({}))).StreamNames ?? [];
  const put = new PutRecordCommand({ StreamName, PartitionKey: "1", Data: data });
  const { ShardId, SequenceNumber } = await kinesis.send(put);
  return `${ShardId}-${SequenceNumber}.json`;
};

const quarantined = async (): Promise<readonly string[]> => {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const lists = Buckets.map(async ({ Name: Bucket }) => {
    const { Contents = [], IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "quarantine/" }));
    expect(IsTruncated).toBe(false);
    return Contents.map(({ Key = "" }) => Key.slice(Key.lastIndexOf("/") + 1));
  });
  return (await Promise.all(lists)).flat();
};

it("garbage on the stream lands in quarantine, and its neighbours are delivered", async () => {
  const body = { name: "stream", target: `${receiver.url}/hook`, events: ["delivery"] };
  expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
  const customerId: string = (await tidepost.call("GET", "/whoami")).json.results.customer_id;

  const event = (n: number): string =>
    JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: customerId, n } } });
  const records = [
    Buffer.from(event(1)),
    Buffer.from([0x00, 0xff, 0x13, 0x37]),
    Buffer.from(event(2)),
    gzipSync(event(9).repeat(10)).subarray(0, 40),
    gzipSync(`${event(3)}\n${event(4)}`),
    Buffer.from('{"type":"delivery"}'),
    Buffer.from(`[${event(5)},${event(6)}]`),
  ];
  const places: string[] = [];
  for (const record of records) places.push(await putRecord(record));

  const delivered = (): readonly number[] =>
    receiver.requests
      .filter(({ state }) => state !== "receiving")
      .flatMap(({ body: sent }) => JSON.parse(sent.toString()))
      .flatMap(({ msys }) => (msys.message_event === undefined ? [] : [msys.message_event.n]));
  await receiver.until(() => delivered().length === 6, 240_000);
  expect(delivered().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);

  const aside = async (): Promise<readonly string[]> => {
    const names = await quarantined();
    return places.filter((place) => names.includes(place));
  };
  await expect.poll(aside, { timeout: 240_000 }).toEqual([1, 3, 5].map((index) => places[index]));
});
