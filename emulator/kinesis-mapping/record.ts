import type { StreamRecord } from "../services/kinesis-service.ts";
import { accountId, region } from "../template/resource-identity.ts";

/** A stream record in the JSON that the function gets, written once however often it is sent. */
export interface WindowRecord {
  readonly sequenceNumber: string;
  readonly arrivedAt: number;
  readonly json: string;
  readonly bytes: number;
}

interface WindowRecordOptions {
  readonly record: StreamRecord;
  readonly shardId: string;
  readonly streamArn: string;
}

/** Writes a record as Lambda presents it. */
export const windowRecord = ({ record, shardId, streamArn }: WindowRecordOptions): WindowRecord => {
  const { arrivedAt, data, partitionKey, sequenceNumber } = record;
  const json = JSON.stringify({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data,
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
