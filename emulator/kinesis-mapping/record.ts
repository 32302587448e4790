import type { _Record as KinesisRecord } from "@aws-sdk/client-kinesis";
import { accountId, region } from "../template/resource-identity.ts";

/** A stream record in the JSON that the function gets, written once however often it is sent. */
export interface WindowRecord {
  readonly sequenceNumber: string;
  readonly arrivedAt: number;
  readonly json: string;
  readonly bytes: number;
}

interface WindowRecordOptions {
  readonly record: KinesisRecord;
  readonly shardId: string;
  readonly streamArn: string;
}

/** Writes a record as Lambda presents it. */
export const windowRecord = ({ record, shardId, streamArn }: WindowRecordOptions): WindowRecord => {
  const sequenceNumber = record.SequenceNumber ?? "";
  const arrivedAt = record.ApproximateArrivalTimestamp?.getTime() ?? 0;
  const data = record.Data ?? new Uint8Array();
  const json = JSON.stringify({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.PartitionKey,
      sequenceNumber,
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
      approximateArrivalTimestamp: arrivedAt / 1_000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: `arn:aws:iam::${accountId}:role/local`,
    awsRegion: region,
    eventSourceARN: streamArn,
  });
  return { sequenceNumber, arrivedAt, json, bytes: Buffer.byteLength(json) };
};

/** The event of an invocation. */
export const kinesisEvent = (records: readonly WindowRecord[]): string =>
  `{"Records":[${records.map(({ json }) => json).join(",")}]}`;
