declare module "dynalite" {
  import type { Server } from "node:http";
  const dynalite: (options: { readonly path?: string; readonly createTableMs: number }) => Server;
  export default dynalite;
}

declare module "kinesalite" {
  import type { Server } from "node:http";
  const kinesalite: (options: { readonly createStreamMs: number; readonly shardLimit: number }) => Server;
  export default kinesalite;
}

declare module "kinesalite/db/index.js" {
  type Done = (error?: Error | null) => void;
  export interface KeyValueStore {
    put(key: string, value: unknown, done: Done): void;
    batch(operations: readonly Operation[], done: Done): void;
    batch(operations: readonly Operation[], options: object, done: Done): void;
    createReadStream(range: { readonly gt: string; readonly lt: string; readonly limit?: number }): RecordStream;
  }
  interface RecordStream {
    on(event: "data", listener: (record: { readonly key: string; readonly value: StoredRecord }) => void): void;
    once(event: "error" | "end", listener: Done): void;
  }
  interface StoredRecord {
    readonly PartitionKey: string;
    /** Base64. */
    readonly Data: string;
    /** Unix seconds. */
    readonly ApproximateArrivalTimestamp: number;
  }
  export interface Operation {
    readonly type: "put" | "del";
    readonly key: string;
    readonly value?: unknown;
  }
  export interface StreamStore {
    readonly metaDb: KeyValueStore;
    getStreamDb: (streamName: string) => KeyValueStore;
  }
  const db: { create: (options: object) => StreamStore; readonly shardIxToHex: (shard: number) => string };
  export default db;
}
