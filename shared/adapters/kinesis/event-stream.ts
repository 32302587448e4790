import { setTimeout as delay } from "node:timers/promises";
import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { callPauseMs } from "#shared/delivery/call-pause.ts";
import type { StreamRecord, StreamWriter } from "#shared/stream.ts";

/** Limits of PutRecords are 500 records and 10 MiB; 5 MiB also fits what the local stream server takes. */
const maxCallRecords = 500;
const maxCallBytes = 5 * 1024 * 1024;
const maxTries = 5;

export interface StreamOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
}

/** The event stream, for those who write. Only the records that failed are tried again. */
export const eventStream = <Put extends StreamRecord>(
  { client, streamName }: StreamOptions,
  pause: (again: number) => Promise<void> = async (again) => await delay(callPauseMs(again, Math.random())),
): StreamWriter<Put> => {
  type Refusal = Awaited<ReturnType<StreamWriter<Put>["putAll"]>>;

  const putOnce = async (records: readonly Put[]): Promise<Refusal> => {
    try {
      const { Records = [], FailedRecordCount = 0 } = await client.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        }),
      );
      if (FailedRecordCount === 0) return { records: [] };
      const cause = Records.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
      return { records: records.filter((_, index) => Records[index]?.SequenceNumber === undefined), cause };
    } catch (cause) {
      return { records, cause };
    }
  };

  return {
    putAll: async (records) => {
      let open: Refusal = { records };
      for (let attempt = 1; open.records.length > 0 && attempt <= maxTries; attempt += 1) {
        if (attempt > 1) await pause(attempt - 1);
        const calls = chunkBySize(open.records, {
          maxItems: maxCallRecords,
          maxBytes: maxCallBytes,
          bytesOf: ({ data, partitionKey }) => data.length + partitionKey.length,
        });
        const refusals: Refusal[] = [];
        for (const call of calls) refusals.push(await putOnce(call));
        open = {
          records: refusals.flatMap((refusal) => refusal.records),
          cause: refusals.find(({ cause }) => cause)?.cause,
        };
      }
      return open;
    },
  };
};
