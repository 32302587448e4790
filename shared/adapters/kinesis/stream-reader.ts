import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-kinesis";
import { DependencyError } from "#shared/errors.ts";
import type { StreamReader } from "#shared/stream.ts";

const types = { at: "AT_SEQUENCE_NUMBER", after: "AFTER_SEQUENCE_NUMBER" } as const;

interface StreamOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
}

/** Reads the event stream, shard by shard. */
export const streamReader = ({ client, streamName }: StreamOptions): StreamReader => ({
  listShards: async () => {
    const shards: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListShardsCommand(token === undefined ? { StreamName: streamName } : { NextToken: token }),
      );
      for (const { ShardId } of page.Shards ?? []) if (ShardId !== undefined) shards.push(ShardId);
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  },

  openShard: async (shard, from) => {
    const position =
      from.kind !== "time"
        ? ({ ShardIteratorType: types[from.kind], StartingSequenceNumber: from.sequenceNumber } as const)
        : ({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(from.at) } as const);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: streamName, ShardId: shard, ...position }),
    );
    if (ShardIterator === undefined) throw new DependencyError("Kinesis gave no shard iterator");
    return ShardIterator;
  },

  read: async (iterator, limit) => {
    try {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
      const records = (page.Records ?? []).map(({ Data, SequenceNumber = "", ApproximateArrivalTimestamp }) => ({
        data: Buffer.from(Data ?? []),
        sequenceNumber: SequenceNumber,
        arrivedAt: ApproximateArrivalTimestamp?.getTime() ?? 0,
      }));
      return {
        kind: "records",
        records,
        iterator: page.NextShardIterator,
        behindMs: page.MillisBehindLatest ?? 0,
      };
    } catch (error) {
      if (error instanceof ProvisionedThroughputExceededException) return { kind: "throttled" };
      throw error;
    }
  },
});
