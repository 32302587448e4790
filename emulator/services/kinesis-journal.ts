import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A record as kinesalite stores it, under the key `<shard in hex>/<sequence number>`. */
export interface StoredRecord {
  readonly key: string;
  readonly value: unknown;
}

/** What outlives the process of a stream: its description, its records, and how far its readers have come. */
export interface KinesisJournal {
  readonly saveStream: (streamName: string, description: unknown) => void;
  readonly appendRecords: (streamName: string, records: readonly StoredRecord[]) => void;
  readonly streams: () => readonly { readonly name: string; readonly description: unknown }[];
  readonly records: (streamName: string) => Iterable<StoredRecord>;
  /** Drops a shard's records up to and including a key. */
  readonly trim: (options: { streamName: string; fromKey: string; toKey: string }) => void;
  readonly saveCheckpoint: (reader: string, sequenceNumber: string) => void;
  readonly checkpoint: (reader: string) => string | undefined;
  readonly close: () => void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS streams (name TEXT PRIMARY KEY, description TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS records (
    stream TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (stream, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoints (reader TEXT PRIMARY KEY, sequence_number TEXT NOT NULL);
`;

/**
 * Opens the journal in a data directory, or in memory without one.
 *
 * kinesalite's own persistence needs the native package leveldown, which has no build for Apple silicon; SQLite comes
 * with Node. Writes reach the operating system before they are acknowledged, which survives the end of the process;
 * they are not forced to the disk, so a power cut may cost the last moments.
 */
export const openKinesisJournal = (dataDir: string | undefined): KinesisJournal => {
  const database = new DatabaseSync(dataDir === undefined ? ":memory:" : join(dataDir, "kinesis.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
  database.exec(schema);
  const saveStream = database.prepare("INSERT OR REPLACE INTO streams VALUES (?, ?)");
  const streams = database.prepare("SELECT name, description FROM streams");
  const append = database.prepare("INSERT OR REPLACE INTO records VALUES (?, ?, ?)");
  const records = database.prepare("SELECT key, value FROM records WHERE stream = ? ORDER BY key");
  const trim = database.prepare("DELETE FROM records WHERE stream = ? AND key >= ? AND key <= ?");
  const saveCheckpoint = database.prepare("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)");
  const checkpoint = database.prepare("SELECT sequence_number AS sequenceNumber FROM checkpoints WHERE reader = ?");

  return {
    saveStream: (streamName, description) => {
      saveStream.run(streamName, JSON.stringify(description));
    },
    appendRecords: (streamName, batch) => {
      database.exec("BEGIN");
      for (const { key, value } of batch) append.run(streamName, key, JSON.stringify(value));
      database.exec("COMMIT");
    },
    streams: () =>
      streams.all().map((row) => ({
        name: String(row["name"]),
        description: JSON.parse(String(row["description"])) as unknown,
      })),
    *records(streamName) {
      for (const row of records.iterate(streamName)) {
        yield { key: String(row["key"]), value: JSON.parse(String(row["value"])) as unknown };
      }
    },
    trim: ({ streamName, fromKey, toKey }) => {
      trim.run(streamName, fromKey, toKey);
    },
    saveCheckpoint: (reader, sequenceNumber) => {
      saveCheckpoint.run(reader, sequenceNumber);
    },
    checkpoint: (reader) => {
      const value = checkpoint.get(reader)?.["sequenceNumber"];
      return typeof value === "string" ? value : undefined;
    },
    close: () => database.close(),
  };
};
