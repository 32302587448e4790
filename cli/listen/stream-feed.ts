import { ExpiredIteratorException, type KinesisClient } from "@aws-sdk/client-kinesis";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import type { ReadFrom } from "#shared/stream.ts";
import { decodeRecord, type OwnedEvent } from "#shared/events/decode-record.ts";
import type { FedWindow, Feed } from "./feed.ts";

interface StreamFeedOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** Unix milliseconds: begins with what arrived then or later. */
  readonly since: number;
  /** An event as it is fed; undefined when it is left out. */
  readonly give: (event: OwnedEvent) => OwnedEvent | undefined;
  /** Called for records of which something could not be read. */
  readonly onUnreadable: (problem: string) => void;
}

interface Position {
  from: ReadFrom;
  /** Absent until the shard is opened, and when the iterator has expired. */
  iterator?: string | undefined;
  isAtEnd?: boolean;
  /** Refusals in a row. */
  refusals: number;
  /** Not to be read before, Unix milliseconds. */
  readAt: number;
}

/** Shards come and go as the stream is resized. */
const listShardsEveryMs = 30_000;
/** Most records of one read of a shard: it must leave room for the stream's real reader. */
const recordsPerRead = 500;
/** A shard gives five reads a second: `batch` needs one, and a replay two. */
const readEveryMs = 500;
const firstThrottledMs = 2_000;
const maxThrottledMs = 30_000;

/** Reads the stream itself, at most twice a second and shard. A shard that refuses a read is left alone for longer each time. */
export const streamFeed = ({ client, streamName, since, give, onUnreadable }: StreamFeedOptions): Feed => {
  const reader = streamReader({ client, streamName });
  const positions = new Map<string, Position>();
  let listedAt = 0;

  const readShard = async (shard: string, position: Position): Promise<readonly FedWindow[]> => {
    position.iterator ??= await reader.openShard(shard, position.from);
    const page = await reader.read(position.iterator, recordsPerRead);
    const now = Date.now();
    if (page.kind === "throttled") {
      position.readAt = now + Math.min(firstThrottledMs * 2 ** position.refusals, maxThrottledMs);
      position.refusals += 1;
      return [];
    }
    position.readAt = now + readEveryMs;
    position.refusals = 0;
    position.iterator = page.iterator;
    position.isAtEnd = page.iterator === undefined;
    const first = page.records[0];
    const last = page.records.at(-1);
    if (first === undefined || last === undefined) return [];
    position.from = { kind: "after", sequenceNumber: last.sequenceNumber };
    const events = page.records.flatMap(({ data }) => {
      const decoded = decodeRecord(data);
      for (const { problem } of decoded.undecodable) onUnreadable(problem);
      return decoded.events.flatMap((event) => give(event) ?? []);
    });
    const window = {
      stream: streamName,
      shard,
      firstSequenceNumber: first.sequenceNumber,
      lastSequenceNumber: last.sequenceNumber,
      arrivedAt: new Date(first.arrivedAt).toISOString(),
    };
    return [{ window, events }];
  };

  return {
    next: async () => {
      if (Date.now() - listedAt > listShardsEveryMs) {
        for (const shard of await reader.listShards()) {
          if (positions.has(shard)) continue;
          positions.set(shard, { from: { kind: "time", at: since }, refusals: 0, readAt: 0 });
        }
        listedAt = Date.now();
      }
      const windows: FedWindow[] = [];
      for (const [shard, position] of positions) {
        if (position.isAtEnd === true || position.readAt > Date.now()) continue;
        try {
          windows.push(...(await readShard(shard, position)));
        } catch (error) {
          // It was not read for five minutes, because the receiver was down for as long.
          if (!(error instanceof ExpiredIteratorException)) throw error;
          position.iterator = undefined;
        }
      }
      return windows;
    },
    close: () => client.destroy(),
  };
};
