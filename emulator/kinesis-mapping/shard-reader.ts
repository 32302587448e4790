import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type _Record as KinesisRecord,
} from "@aws-sdk/client-kinesis";

interface ShardReaderOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly shardId: string;
  /** Last sequence number that is done with; undefined starts at the oldest record. */
  readonly after: string | undefined;
}

export interface ShardReader {
  /** Reads the next records, at most `limit`; an empty list when there are none at the moment. */
  readonly read: (limit: number) => Promise<readonly KinesisRecord[]>;
}

/** Reads a shard from a place onwards; after an error it goes on behind the last record that it returned. */
export const createShardReader = ({ client, streamName, shardId, after }: ShardReaderOptions): ShardReader => {
  let lastRead = after;
  let iterator: string | undefined;

  const openIterator = async (): Promise<string | undefined> => {
    const position =
      lastRead === undefined
        ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
        : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: lastRead } as const);
    const answer = await client.send(
      new GetShardIteratorCommand({ StreamName: streamName, ShardId: shardId, ...position }),
    );
    return answer.ShardIterator;
  };

  const read = async (limit: number): Promise<readonly KinesisRecord[]> => {
    try {
      iterator ??= await openIterator();
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
      const records = answer.Records ?? [];
      // The emulator names the next place by a clock of whole seconds: behind a record is the safer place.
      lastRead = records.at(-1)?.SequenceNumber ?? lastRead;
      iterator = records.length > 0 ? undefined : iterator;
      return records;
    } catch (error) {
      iterator = undefined;
      // After five minutes without records: the next read opens another.
      if (error instanceof ExpiredIteratorException) return [];
      throw error;
    }
  };
  return { read };
};
