import { createRequire } from "node:module";
import type { KeyValueStore, Operation, StreamStore } from "kinesalite/db/index.js";
import kinesaliteDb from "kinesalite/db/index.js";
import { type KinesisJournal, openKinesisJournal } from "./kinesis-journal.ts";
import { admitOwnClientsOnly, closeServer, handlePermittedRequestsOnly, listenOnLoopback } from "./loopback-server.ts";
import type { Access } from "../access/access.ts";
import { askedOfKinesis } from "../access/asked.ts";
import type { Service } from "./service.ts";

interface IteratorRequest {
  readonly StreamName: string;
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  /** Unix seconds. */
  readonly Timestamp?: number;
}

type GetShardIterator = (store: StreamStore, request: IteratorRequest, done: (...answer: unknown[]) => void) => void;

/**
 * Makes kinesalite answer for iterators at a time behind the last record of a shard: it would never. Kinesis gives one
 * that reads what comes. To be called before kinesalite is loaded, which takes its actions then.
 */
const completeShardIterators = (): void => {
  const require = createRequire(import.meta.url);
  const path = require.resolve("kinesalite/actions/getShardIterator.js");
  const getShardIterator = require(path) as GetShardIterator;
  const loaded = require.cache[path];
  if (loaded === undefined) throw new Error("kinesalite's action is not loaded");

  const complete: GetShardIterator = (store, request, done) => {
    const { Timestamp: timestamp, ...rest } = request;
    const shard = Number(/^shardId-(\d{12})$/.exec(request.ShardId)?.[1]);
    if (request.ShardIteratorType !== "AT_TIMESTAMP" || timestamp === undefined || Number.isNaN(shard)) {
      getShardIterator(store, request, done);
      return;
    }
    const range = { gt: kinesaliteDb.shardIxToHex(shard), lt: kinesaliteDb.shardIxToHex(shard + 1) };
    const records = store.getStreamDb(request.StreamName).createReadStream(range);
    let isThere = false;
    records.on("data", ({ value }) => {
      isThere ||= value.ApproximateArrivalTimestamp >= timestamp;
    });
    records.once("error", done);
    records.once("end", () => {
      getShardIterator(store, isThere ? request : { ...rest, ShardIteratorType: "LATEST" }, done);
    });
  };
  loaded.exports = complete;
};

completeShardIterators();
const { default: kinesalite } = await import("kinesalite");

/** A place in a shard. */
export interface ShardPosition {
  readonly streamName: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** A record as the store holds it. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
  /** Unix milliseconds. */
  readonly arrivedAt: number;
}

interface ShardPart {
  readonly streamName: string;
  readonly shardId: string;
  /** Sequence number of the record before the first; undefined for the oldest record. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface KinesisService extends Service {
  readonly journal: KinesisJournal;
  /**
   * Reads records of a shard in their order, none when there are none at the moment. Straight from the store: what goes
   * through a client is copied four times on its way, ten times a second or more.
   */
  readonly read: (part: ShardPart) => Promise<readonly StreamRecord[]>;
  /**
   * Drops records up to a position that came in more than an hour ago, or more than a minute ago where there are too many:
   * kinesalite keeps all data in memory.
   */
  readonly dropConsumed: (position: ShardPosition) => void;
}

/** What was consumed is kept for so long: it may be read again. */
const keepConsumedMs = 60 * 60_000;
/** So long it is kept in any case; for longer, as long as all records have less than so many bytes as base64. */
const keepSurelyMs = 60_000;
const maxKeptBytes = 32 * 1024 * 1024;

/** Keys of a shard in kinesalite's store begin with its number in hex. */
const keyPrefix = (shardId: string): string =>
  `${Number(shardId.slice("shardId-".length)).toString(16).padStart(8, "0")}/`;

const promised = (run: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    run((error) => (error === undefined || error === null ? resolve() : reject(error)));
  });

/** Starts kinesalite and returns the store behind it, which its public interface does not show. */
const startKinesalite = () => {
  const { create } = kinesaliteDb;
  let store: StreamStore | undefined;
  kinesaliteDb.create = (options) => (store = create(options));
  const server = kinesalite({ createStreamMs: 0, shardLimit: 1_000 });
  kinesaliteDb.create = create;
  if (store === undefined) throw new Error("kinesalite has not created its store");
  return { server, store };
};

/** Starts Kinesis; with a data directory every record is in the journal before it is acknowledged. */
export const startKinesis = async (dataDir: string | undefined, access: Access): Promise<KinesisService> => {
  const journal = openKinesisJournal(dataDir);
  const { server, store } = startKinesalite();
  const getStreamDb = store.getStreamDb.bind(store);
  const keys = new Map<string, { readonly key: string; readonly arrivedAt: number; readonly bytes: number }[]>();
  let keptBytes = 0;
  /** The highest key of each shard. */
  const newest = new Map<string, string>();

  const keep = (streamName: string, { key, value }: { readonly key: string; readonly value?: unknown }): void => {
    const shard = `${streamName}/${key.slice(0, key.indexOf("/") + 1)}`;
    const list = keys.get(shard) ?? [];
    const { Data: data = "" } = (value ?? {}) as { readonly Data?: string };
    list.push({ key, arrivedAt: Date.now(), bytes: data.length });
    keptBytes += data.length;
    keys.set(shard, list);
    if (key > (newest.get(shard) ?? "")) newest.set(shard, key);
  };

  for (const { name, description } of journal.streams()) {
    await promised((done) => store.metaDb.put(name, description, done));
    const operations = [...journal.records(name)].map(({ key, value }): Operation => ({ type: "put", key, value }));
    if (operations.length > 0) await promised((done) => getStreamDb(name).batch(operations, done));
    for (const operation of operations) keep(name, operation);
  }

  const streamDbs = new Map<string, KeyValueStore>();
  const recording = (streamName: string): KeyValueStore => {
    const known = streamDbs.get(streamName);
    if (known !== undefined) return known;
    const streamDb = getStreamDb(streamName);
    const batch = streamDb.batch.bind(streamDb) as (operations: readonly Operation[], ...rest: unknown[]) => void;
    const put = streamDb.put.bind(streamDb);
    const record = (records: readonly { readonly key: string; readonly value: unknown }[]): void => {
      if (dataDir !== undefined) journal.appendRecords(streamName, records);
      for (const each of records) keep(streamName, each);
    };
    streamDb.batch = (operations: readonly Operation[], ...rest: unknown[]): void => {
      record(
        operations.flatMap((operation) => (operation.type === "put" ? [{ ...operation, value: operation.value }] : [])),
      );
      batch(operations, ...rest);
    };
    streamDb.put = (key, value, done) => {
      record([{ key, value }]);
      put(key, value, done);
    };
    streamDbs.set(streamName, streamDb);
    return streamDb;
  };
  store.getStreamDb = recording;

  if (dataDir !== undefined) {
    const putDescription = store.metaDb.put.bind(store.metaDb);
    store.metaDb.put = (name, description, done) => {
      journal.saveStream(name, description);
      putDescription(name, description, done);
    };
  }

  const dropConsumed = ({ streamName, shardId, sequenceNumber }: ShardPosition): void => {
    const prefix = keyPrefix(shardId);
    const list = keys.get(`${streamName}/${prefix}`) ?? [];
    const consumedKey = prefix + sequenceNumber;
    const now = Date.now();
    let end = 0;
    for (const { key, arrivedAt, bytes } of list) {
      const keepMs = keptBytes > maxKeptBytes ? keepSurelyMs : keepConsumedMs;
      if (key > consumedKey || now - arrivedAt < keepMs) break;
      keptBytes -= bytes;
      end += 1;
    }
    const dropped = list.splice(0, end);
    const last = dropped.at(-1);
    if (last === undefined) return;
    journal.trim({ streamName, fromKey: prefix, toKey: last.key });
    // Not through the recording store: these are the store's own housekeeping.
    getStreamDb(streamName).batch(
      dropped.map(({ key }): Operation => ({ type: "del", key })),
      () => undefined,
    );
  };

  const read = ({ streamName, shardId, after = "", limit }: ShardPart): Promise<readonly StreamRecord[]> => {
    const prefix = keyPrefix(shardId);
    // Most looks find nothing: each would cost the store a stream of its own.
    if ((newest.get(`${streamName}/${prefix}`) ?? "") <= prefix + after) return Promise.resolve([]);
    // A slash is followed by a zero.
    const range = { gt: prefix + after, lt: `${prefix.slice(0, -1)}0`, limit };
    const records: StreamRecord[] = [];
    return new Promise((resolve, reject) => {
      const stream = getStreamDb(streamName).createReadStream(range);
      stream.on("data", ({ key, value }) => {
        records.push({
          sequenceNumber: key.slice(prefix.length),
          partitionKey: value.PartitionKey,
          data: value.Data,
          arrivedAt: Math.round(value.ApproximateArrivalTimestamp * 1_000),
        });
      });
      stream.once("error", reject);
      stream.once("end", () => resolve(records));
    });
  };

  handlePermittedRequestsOnly(server, access, askedOfKinesis);
  admitOwnClientsOnly(server, access);
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    journal,
    read,
    dropConsumed,
    stop: async () => {
      await closeServer(server);
      journal.close();
    },
  };
};
