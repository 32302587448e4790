import { mkdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { BuildAppOptions } from "fauxqs";

type Stores = NonNullable<BuildAppOptions["stores"]>;
type Method = (...parameters: readonly unknown[]) => unknown;

/** fauxqs' SQLite store: the members used here. */
type Persistence = Record<string, Method> & { readonly db: DatabaseSync };
type Persistent = { persistence?: unknown };

interface Internals {
  readonly PersistenceManager: new (dataDir: string) => unknown;
  readonly SqsStore: new () => Stores["sqsStore"];
  readonly SnsStore: new () => Stores["snsStore"];
  readonly S3Store: new () => Stores["s3Store"];
}

/** Loads fauxqs' stores; its public entry joins them only to a server that listens on every interface. */
const loadInternals = async (): Promise<Internals> => {
  const manifest = findPackageJSON("fauxqs", import.meta.url);
  if (manifest === undefined) throw new Error("The package fauxqs is not installed");
  const load = (file: string) => import(pathToFileURL(join(dirname(manifest), "dist", file)).href) as Promise<object>;
  const modules = await Promise.all(
    ["persistence.js", "sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js"].map(load),
  );
  return Object.assign({}, ...modules) as Internals;
};

/** Writes that may share a transaction with those around them. */
const groupedMethods: ReadonlySet<string> = new Set([
  "insertMessage",
  "deleteMessage",
  "updateMessageInflight",
  "updateMessageReady",
  "upsertObject",
  "deleteObject",
]);

/**
 * Joins all writes of one turn into a transaction, so that a message which moves to its dead-letter queue is never in
 * neither queue. The commit runs as the next microtask, which is before any answer to a client.
 */
const grouped = (manager: Persistence): Persistence => {
  let open = false;
  const commit = (): void => {
    if (!open) return;
    open = false;
    manager.db.exec("COMMIT");
  };
  const makeReady = manager.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  return new Proxy(manager, {
    get: (target, name): unknown => {
      const member = target[String(name)];
      if (typeof member !== "function") return member;
      if (!groupedMethods.has(String(name))) {
        return (...parameters: readonly unknown[]) => {
          commit();
          return member.apply(target, parameters as unknown[]);
        };
      }
      return (...parameters: readonly unknown[]) => {
        if (!open) {
          open = true;
          manager.db.exec("BEGIN");
          queueMicrotask(commit);
        }
        // fauxqs' own statement for this sets the receive count to NULL, which its table refuses.
        if (name === "updateMessageReady") return makeReady.run(String(parameters[0]));
        return member.apply(target, parameters as unknown[]);
      };
    },
  });
};

export interface PersistentStores {
  readonly stores: Stores;
  readonly close: () => void;
}

/** Opens queues and buckets kept in a data directory. No receiver is alive at a start: all messages are visible. */
export const openPersistentStores = async (dataDir: string): Promise<PersistentStores> => {
  mkdirSync(dataDir, { recursive: true });
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = await loadInternals();
  const manager = new PersistenceManager(dataDir) as Persistence;
  manager.db.exec("PRAGMA synchronous = OFF");
  manager.db.exec("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL");
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  manager["load"]?.(stores.sqsStore, stores.snsStore, stores.s3Store);
  const persistence = grouped(manager);
  for (const store of [...Object.values(stores), ...stores.sqsStore.allQueues()]) {
    (store as Persistent).persistence = persistence;
  }
  return { stores, close: () => persistence["close"]?.() };
};
