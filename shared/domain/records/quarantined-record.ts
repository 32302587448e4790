import type { Undecodable } from "./decode-record.ts";

/** A record of the stream with pieces that could not be decoded. */
export interface QuarantinedRecord {
  readonly shard: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it arrived on the stream, ISO 8601. */
  readonly arrivedAt: string;
  readonly pieces: readonly Undecodable[];
}
