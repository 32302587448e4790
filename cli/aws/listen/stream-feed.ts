import { ExpiredIteratorException, type KinesisClient } from "@aws-sdk/client-kinesis";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import type { ReadFrom } from "#shared/stream.ts";
import { decodeRecord, type OwnedEvent } from "#shared/events/decode-record.ts";
import type { Feed } from "./feed.ts";

interface StreamFeedOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** Unix milliseconds: begins with what arrived then or later. */
  readonly since: number;
  /** Called for records of which something could not be read. */
  readonly onUnreadable: (problem: string) => void;
}

interface Position {
  from: ReadFrom;
  /** Absent until the shard is opened, and when the iterator has expired. */
  iterator?: string | undefined;
  isAtEnd?: boolean;
}

/** Shards come and go as the stream is resized. */
const listShardsEveryMs = 30_000;
/** Most records of one read of a shard: it must leave room for the stream's real reader. */
const recordsPerRead = 500;

/** Reads the stream itself, once a call and shard: a shard gives five reads a second, and the `batch` function needs one. */
export const streamFeed = ({ client, streamName, since, onUnreadable }: StreamFeedOptions): Feed => {
  const reader = streamReader({ client, streamName });
  const positions = new Map<string, Position>();
  let listedAt = 0;

  const readShard = async (shard: string, position: Position): Promise<readonly OwnedEvent[]> => {
    position.iterator ??= await reader.openShard(shard, position.from);
    const page = await reader.read(position.iterator, recordsPerRead);
    if (page.kind === "throttled") return [];
    const last = page.records.at(-1);
    if (last !== undefined) position.from = { kind: "after", sequenceNumber: last.sequenceNumber };
    position.iterator = page.iterator;
    position.isAtEnd = page.iterator === undefined;
    return page.records.flatMap(({ data }) => {
      const { events, undecodable } = decodeRecord(data);
      for (const { problem } of undecodable) onUnreadable(problem);
      return events;
    });
  };

  return {
    next: async () => {
      if (Date.now() - listedAt > listShardsEveryMs) {
        for (const shard of await reader.listShards()) {
          if (!positions.has(shard)) positions.set(shard, { from: { kind: "time", at: since } });
        }
        listedAt = Date.now();
      }
      const events: OwnedEvent[] = [];
      for (const [shard, position] of positions) {
        if (position.isAtEnd === true) continue;
        try {
          events.push(...(await readShard(shard, position)));
        } catch (error) {
          // It was not read for five minutes, because the receiver was down for as long.
          if (!(error instanceof ExpiredIteratorException)) throw error;
          position.iterator = undefined;
        }
      }
      return events;
    },
    close: () => client.destroy(),
  };
};
