/**
 * Sizes and CPU that the simulations reckon with: rounded from what `cost-model`, `batch-handler`, `deliver-handler` and
 * `ingest-handler` measured, and fixed, so that the simulations print the same on every machine.
 */
export const simulated = {
  /** An event's JSON. */
  eventBytes: 734,
  /** A record of n events, and the stored body of a batch, in zstd: head + n times this. */
  zstdHeadBytes: 500,
  zstdEventBytes: 51,
  /** The gzip body of a batch. */
  gzipHeadBytes: 320,
  gzipEventBytes: 71,
  /** Events that a second of CPU takes through a function. */
  ingestEventsPerSecond: 159_000,
  batchEventsPerSecond: 188_000,
  deliverEventsPerSecond: 700_000,
  /** What an invocation of `batch` costs besides its events. */
  batchStartSeconds: 0.05,
  /** How often a customer's producer sends what it has. */
  requestEverySeconds: 1,
  /** How long a target takes for a POST besides its upload, and what the way to it carries: 100 Mbit/s. */
  answerSeconds: 0.1,
  uploadBytesPerSecond: 12_500_000,
  /** Taking a turn and giving it back. */
  writesPerTurn: 2,
  /** Limits of a shard. */
  shardBytesPerSecond: 1_000_000,
  shardRecordsPerSecond: 1_000,
  /** What a record costs in an invocation's event besides its base64. */
  envelopeBytes: 600,
  /** How often a shard is looked at. */
  pollSeconds: 1,
} as const;

/** Bytes of a record, or of a stored body, of so many events. */
export const zstdBytesOf = (events: number): number => simulated.zstdHeadBytes + simulated.zstdEventBytes * events;

/** Bytes of a gzip body of so many events. */
export const gzipBytesOf = (events: number): number => simulated.gzipHeadBytes + simulated.gzipEventBytes * events;
