/** Index of the api-keys table by customer: partition key `customerId`, sort key `id`. */
export const apiKeysByCustomerIndex = "byCustomer";

/**
 * Index of the batches table by webhook, with the batches that have failed at least once: partition key
 * `failedWebhookId`, which only those have, and sort key `sk`.
 */
export const failedBatchesIndex = "failed";

/** Index of the batches table by id: partition key `batchId`, sort key `pk`. It holds keys only. */
export const batchesByIdIndex = "byBatchId";

/**
 * Index of the batches table by webhook, with the batches that wait for a retry or are parked: partition key
 * `pendingWebhookId`, which only those have, and sort key `expiresAt`.
 */
export const pendingBatchesIndex = "pending";

/** Attributes of a batch in the index `pending`. None of them changes while a batch waits, so that its retries cost nothing here. */
export const pendingBatchAttributes = ["createdAt", "events", "ttl"] as const;

/** Attributes of a batch that make a row of a list; the index `failed` holds these. */
export const batchSummaryAttributes = [
  "batchId",
  "createdAt",
  "state",
  "events",
  "bytes",
  "recordedAttempts",
  "lastAttempt",
  "expiresAt",
  "nextAttemptAt",
  "endedAt",
  "splitInto",
  "splitFrom",
  "replayId",
  "closedBy",
  "closedAt",
  "batchSize",
  "ttl",
] as const;

/** The same, and what only delivered batches have: the index has none of it, and nothing that shows it reads the index. */
export const batchRowAttributes = [...batchSummaryAttributes, "kept"] as const;

/** Partition of the batches table with what says whose turn it is to read a shard once more, one item a shard. */
export const shardTurnsPartition = "turns";

/** Partition of the batches table with the slots of polls for events, one item each. */
export const pollSlotsPartition = "polls";

/** Beginning of the partitions of the batches table that count the requests of a key. */
export const requestCountsPrefix = "requests#";

/** Beginning of the partitions of the batches table with a search each, and with those that a customer has under way. */
export const searchPrefix = "search#";
export const runningSearchesPrefix = "searches#";
