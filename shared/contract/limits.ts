/**
 * The numbers of the product, shared by stack and code.
 *
 * The delivery figures come from the Momentum 4 webhooks contract (10,000 events, 30 s, 6 s, 4 h); the rest follows
 * from AWS limits that each line names.
 */

/** A batch closes at this many events. */
export const maxBatchEvents = 10_000;
/** A batch closes when its oldest event has waited this long. */
export const batchWindowSeconds = 30;
/** Kinesis mapping batch size: the largest that Lambda takes. */
export const maxWindowRecords = 10_000;

/** Time a target has to answer, counted from the end of the upload. */
export const answerTimeoutMs = 6_000;
/** Time to look up, connect and finish the TLS handshake. */
export const connectTimeoutMs = 3_000;
/** Time to upload a body. */
export const uploadTimeoutMs = 12_000;
/** Time to upload a test body: whoever waits for the API's answer waits no longer than API Gateway does. */
export const testUploadTimeoutMs = 6_000;
/** Time for all of a request for an access token, or to Amazon SNS. Such servers answer at once or are down. */
export const tokenTimeoutMs = 6_000;
/** Longest POST, and longest test POST. */
export const maxPostMs = connectTimeoutMs + uploadTimeoutMs + answerTimeoutMs;
export const maxTestPostMs = connectTimeoutMs + testUploadTimeoutMs + answerTimeoutMs;
/**
 * Longest attempt: a token, the POST, and after a 400 or 401 a new token and the POST once more. What may not end within it
 * is not begun.
 */
export const maxAttemptMs = 40_000;
/** Retry window: no attempt starts later than this after the first one. */
export const retryWindowMs = 4 * 60 * 60 * 1_000;
/** What is left of a chain expires this long after its window has closed, however many batches of it have been delivered. */
export const maxChainMs = 24 * 60 * 60 * 1_000;
/** Time that a chain may take on the queue of first attempts; then it goes on in the queue of retries. */
export const maxFastChainMs = 6_000;
/** `DelaySeconds` of one SQS message; also the longest retry delay. */
export const maxDelaySeconds = 900;

/** `deliver` function time-out: the longest attempt, and time for a chain to go on with its next batches. */
export const deliverTimeoutSeconds = 60;
/** API Gateway ends a request after this time; a function that ran longer would answer nobody. */
export const restTimeoutSeconds = 29;
/** `batch` function time-out. */
export const batchTimeoutSeconds = 120;
/** `replay` function time-out: a step reads for 15 s, and compresses and stores what it has read. */
export const replayTimeoutSeconds = 60;
/** `ses` function time-out: a batch is mapped in a second or two, and a stream that refuses is asked for some more. */
export const sesTimeoutSeconds = 30;
/**
 * How long Lambda gathers messages of `retries` for one invocation (docs/adr/0029). They come one by one, as their delays end, and
 * none of them is in a hurry.
 */
export const retriesGatherSeconds = 1;
/**
 * Visibility time-out of the delivery queues: AWS advises six times the consumer's time-out, and the time for which its mapping
 * gathers messages.
 */
export const visibilityTimeoutSeconds = 6 * deliverTimeoutSeconds + retriesGatherSeconds;
/**
 * Receives after which a message of any queue is a dead letter: five to ten hours of its visibility time-out, more than any
 * batch lives. A shorter patience would make dead letters of what an outage of AWS holds up.
 */
export const maxReceives = 100;
/** Days that a queue keeps a message, and a dead-letter queue, both from when it was sent. */
export const queueDays = 4;
export const deadLetterDays = 14;
/**
 * Days after which no message needs a batch's body or its delivery settings any more: the last message of a chain is sent a
 * day and a retry window after its body was stored, and is a dead letter until 14 days later; moved back by hand, it may
 * become one again.
 */
export const messageDays = Math.ceil((maxChainMs + retryWindowMs) / (24 * 60 * 60 * 1_000)) + 2 * deadLetterDays;
/** Messages that one `deliver` invocation takes and POSTs concurrently. */
export const deliverBatchSize = 10;

/** One SQS billing chunk: a message up to this size carries its body inline. */
export const inlineMessageBytes = 64 * 1024;

/** Seconds over which the requests of a key are counted. */
export const requestWindowSeconds = 10;
/** Requests that one key may send to the ingest paths each second, unless the stack's setting says otherwise. */
export const keyRequestsPerSecond = 500;
/** The same for all other paths, whose requests read and write more. */
export const keyManagementRequestsPerSecond = 100;
/** Largest request body of the ingest API as sent. A Lambda proxy call carries it as base64 within 6 MB. */
export const maxIngestBytes = 4_400_000;
/** Largest request body of the ingest API after decompression. */
export const maxIngestInflatedBytes = 50 * 1024 * 1024;
/** Largest request body of Amazon SES's documents after decompression: each may become a hundred events. */
export const maxSesInflatedBytes = 8 * 1024 * 1024;
/** Largest single event. */
export const maxEventBytes = 256 * 1024;
/** Most events in one ingest request or in one record of the stream: bounds what splitting a text may allocate. */
export const maxTextEvents = 100_000;
/** Events of a class that are worth a frame of their own: a call of the compressor costs as much as 20 events. */
export const minFrameEvents = 20;
/** Longest text of a frame: bounds what opening one takes. */
export const maxFrameBytes = 1024 * 1024;
/** Bytes to which `batch` inflates a window before it hands over what it has: twice as many as a window usually has. */
export const maxWindowInflatedBytes = 128 * 1024 * 1024;
/** Levels of objects and lists in an event or in a request body. Parsers of other languages refuse more than 100 to 512. */
export const maxJsonDepth = 64;
/** Errors listed in one ingest answer; the rest is only counted. */
export const maxIngestErrors = 100;
/** Byte cap of a batch's body unless the webhook sets its own; bounds what one `deliver` invocation holds in memory. */
export const maxBatchBytes = 10 * 1024 * 1024;
/** Raw bytes and events at which the ingest API closes a record: 25 to 50 KB after compression. */
export const maxRecordEvents = 500;
export const maxRecordBytes = 400_000;
/** Most days that a webhook may keep delivered bodies, whatever the stack's setting says: the bucket has a rule for each. */
export const maxKeptBodyDays = 30;
/** How often a delivered batch can be sent again: its record keeps each. */
export const maxSentAgain = 20;
/**
 * Length of a batch's recorded attempts from which nobody can ask for one more. DynamoDB takes 400 KB of a record. An attempt has 10 KB
 * at most, and up to 16 more follow by the retry schedule.
 */
export const maxAttemptsBytes = 200_000;
/** How often a batch can be sent to URLs of somebody's own: a body has up to 10 MB, and a request for that a few bytes. */
export const maxSentElsewhere = 20;
/** Time to store a body that was delivered. Its batch has ended, and the next one of a chain waits for it. */
export const keepBodyTimeoutMs = 2_000;
/** Days that the hourly counters of a webhook's deliveries can be read. */
export const metricsDays = 31;
/** Hours that an answer with figures by the minute covers at most. */
export const minuteMetricsHours = 6;

/** Longest that a poll for events waits: below API Gateway's 29 s, with room for what comes before and behind. */
export const maxPollWaitSeconds = 20;
/** Polls for events that may be under way at once, of all customers and of one. Each holds an execution while it waits. */
export const maxPolls = 4;
export const maxCustomerPolls = 2;
/**
 * How often a poll reads a shard: all polls together take two of the five reads that a shard gives in a second. `batch` takes
 * one, and a replay two.
 */
export const pollReadEveryMs = 2_000;
/** Events and bytes of one answer to a poll. A function's answer may have 6 MB, and JSON within JSON grows. */
export const maxPollEvents = 10_000;
export const maxPollBytes = 2 * 1024 * 1024;
/** Shards that a cursor can hold: a URL may have 10 kB. */
export const maxPollShards = 100;

/** Days that a replay or a search stays readable. */
export const jobDays = 14;
/** Replays of one webhook that are listed, the newest. */
export const maxListedReplays = 100;
/** Searches for events that a customer may have under way. */
export const maxSearches = 3;
/** Searches under way with which one for a sub-account begins no other: one is left for who acts for the whole customer. */
export const maxSubaccountSearches = 2;
/** Events that a search finds before it stops. */
export const maxSearchMatches = 100;
/** Webhooks whose batches are looked for: of one event that was found, and in all of a search. */
export const maxMatchWebhooks = 100;
export const maxSearchWebhooks = 500;
/** Batches that are named of one event and webhook. */
export const maxMatchBatches = 10;
/** Longest event that a search keeps; of a longer one it keeps the fields that identify it. */
export const maxMatchEventBytes = 16 * 1024;

/** Largest body of a request that is JSON for the API to look at: all but ingest. */
export const maxApiBodyBytes = 1_000_000;
/** Errors that one answer lists; where there are more, the last entry says how many. */
export const maxListedErrors = 20;
/** Webhooks of one customer. */
export const maxWebhooks = 10_000;
/** Webhooks of one customer that look into events: `batch` evaluates all of them for each event, in one thread. */
export const maxContentWebhooks = 200;
/** Days that a change of a webhook can be read, and the newest of one webhook that can; its last one stays with it. */
export const changeDays = 90;
export const maxChanges = 1_000;
/** Characters of a value in a change, and bytes of all its fields as JSON: bounds a webhook's item, which lists read. */
export const maxChangedValueCharacters = 500;
export const maxChangeBytes = 8_000;
/** API keys of one customer. */
export const maxApiKeys = 1_000;
/** Seconds within which a portal link is opened, and that its session lasts: at least, by default, at most. */
export const portalLinkSeconds = { min: 60, byDefault: 600, max: 3_600 } as const;
export const portalSessionSeconds = { min: 60, byDefault: 14_400, max: 86_400 } as const;
/** Days that a portal link stays in the list after it or its session has ended. */
export const portalLinkDays = 7;
/** Entries of a list of event types or grants, repeated ones included. */
export const maxListEntries = 100;
/** Entries of an import. */
export const maxImportEntries = 1_000;
/** Characters of a name that people give to a thing. */
export const maxNameCharacters = 255;
/** Characters of a target or a token URL. */
export const maxUrlCharacters = 2_048;
/** Characters of a token, a user name or a password. */
export const maxCredentialCharacters = 1_024;
/** Sub-accounts that a webhook may leave out. */
export const maxExceptions = 10;
/** Custom headers of a webhook, and what they have together must stay below. */
export const maxCustomHeaders = 5;
export const maxCustomHeaderBytes = 3_000;
/** Fields of an OAuth 2 token request, their length as JSON, and their levels of objects and lists. */
export const maxTokenFields = 50;
export const maxTokenBodyBytes = 8_192;
export const maxTokenBodyDepth = 5;
/** Characters of an idempotency key. */
export const maxIdempotencyKeyCharacters = 255;
/** Length of a webhook's filter as JSON, its levels of `and`, `or` and `not`, and its conditions. */
export const maxFilterBytes = 16_384;
export const maxFilterDepth = 8;
export const maxFilterConditions = 50;
/** Values of a list in an event that a filter looks at: bounds what a condition costs. */
export const maxFilteredValues = 20;
/** Fields that a webhook may include or exclude, or mask; characters and names of a field's path. */
export const maxFieldPaths = 50;
export const maxFieldPathCharacters = 255;
export const maxFieldPathNames = 5;
/** Events that a filter may be tried on in one request. */
export const maxTestedEvents = 1_000;
/** What records may inflate to that a filter is tried on: of the stream, before such a test stops. */
export const maxTestedBytes = 2 * 1024 ** 3;
/** Length as JSON of the earlier rules that a webhook remembers: every list of webhooks reads them. */
export const maxPastRulesBytes = 32_768;
