import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-kinesis";
import { DependencyError } from "#shared/errors.ts";

interface StreamOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
}

interface ReadRecord {
  readonly data: Buffer;
  readonly sequenceNumber: string;
  /** Unix milliseconds; approximate, and not always rising. */
  readonly arrivedAt: number;
}

/** Where to read from: behind a record, or at the first one that arrived at a time (Unix milliseconds) or later. */
export type ReadFrom =
  | { readonly kind: "after"; readonly sequenceNumber: string }
  | { readonly kind: "time"; readonly at: number };

/** What one read of a shard brings. */
export type Page =
  | {
      readonly kind: "records";
      readonly records: readonly ReadRecord[];
      /** Where to read on; undefined at the end of a closed shard. */
      readonly iterator: string | undefined;
      /** How far the page is behind the shard's newest record. */
      readonly behindMs: number;
    }
  /** The shard's throughput is used up; the same iterator may be used again. */
  | { readonly kind: "throttled" };

/** Reads the event stream, shard by shard. */
export const streamReader = ({ client, streamName }: StreamOptions) => ({
  /** Ids of all shards that hold records, those included that take no more. */
  listShards: async (): Promise<readonly string[]> => {
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

  /** Makes an iterator, which is good for five minutes. */
  openShard: async (shard: string, from: ReadFrom): Promise<string> => {
    const position =
      from.kind === "after"
        ? ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: from.sequenceNumber } as const)
        : ({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(from.at) } as const);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: streamName, ShardId: shard, ...position }),
    );
    if (ShardIterator === undefined) throw new DependencyError("Kinesis gave no shard iterator");
    return ShardIterator;
  },

  /** Reads at most `limit` records. */
  read: async (iterator: string, limit: number): Promise<Page> => {
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
