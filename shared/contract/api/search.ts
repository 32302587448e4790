import * as z from "zod";
import {
  maxListEntries,
  maxListedReplays,
  maxMatchBatches,
  maxMatchEventBytes,
  maxMatchWebhooks,
  maxSearchMatches,
  maxSearchWebhooks,
} from "../limits.ts";
import { batchStates, eventKeys, missingReasons, searchStates, searchWaits } from "../words.ts";
import { type Answer, bound, count, id, results, time, wantedText } from "./common.ts";
import { failureReason } from "./errors.ts";

const maxSubaccount = 2_147_483_647;

/** Criteria of which a search needs one: without any of them it would find everything. */
export const identifying = ["id", "event_id", "message_id", "transmission_id", "recipient", "campaign_id"] as const;

/** Fields of a request that say what is looked for. */
const criteria = {
  id: wantedText("Id of the event, of its message or of its transmission, whichever it is.", "92356927693813856"),
  event_id: wantedText("Id of the event.", "92356927693813856"),
  message_id: wantedText("Id of the message or of the transmission.", "0001f361905eb7962500"),
  transmission_id: wantedText("Id of the transmission.", "65832150921904138"),
  recipient: wantedText("Address of the recipient, in any case, or telephone number.", "ann@example.com"),
  campaign_id: wantedText("Campaign of the event.", "Example Campaign Name"),
  types: z
    .array(z.enum(eventKeys))
    .min(1, "must not be empty")
    .max(maxListEntries, `must have at most ${maxListEntries} entries`)
    .exactOptional()
    .meta({ description: "Only events of these types." }),
  subaccount_id: z
    .int()
    .min(0, "must be at least 0")
    .max(maxSubaccount, `must be at most ${maxSubaccount}`)
    .exactOptional()
    .meta({ description: "Only events of this sub-account; 0 is the primary account." }),
};

/** Body of `POST /events/search`. Unknown fields are ignored. */
export const searchRequest = z.object({
  ...criteria,
  from: bound(
    "Earliest arrival of an event, inclusive; 24 hours ago when left out. What is earlier than the stream keeps events is cut off.",
  ).exactOptional(),
  to: bound("Latest arrival, exclusive; not in the future. Now when left out.").exactOptional(),
  dry_run: z.boolean().default(false).meta({ description: "Only estimate what reading would take." }),
});

const estimate = z
  .object({
    shards: count("Shards of the stream to read."),
    records: count("Records of the customer in the time range, about."),
    bytes: count("Their bytes on the stream, about."),
    seconds: count("Seconds that reading takes when no other search or replay reads, about."),
  })
  .meta({
    id: "SearchEstimate",
    description: "What reading takes, judged by a few samples of each shard. Absent until these have been taken.",
  });

const foundBatch = z
  .object({
    batch_id: id("Id of the batch, as in `X-MessageSystems-Batch-ID`."),
    state: z.enum(batchStates).exactOptional().meta({
      description: "Where the batch stands now. Absent when its record has ended since the event was found.",
    }),
    created_at: time("When the batch was created."),
    events: count("Events in the batch.").exactOptional(),
    attempts: count("Attempts so far.").exactOptional(),
    response_code: z.int().exactOptional().meta({ description: "HTTP status that the target last answered with." }),
    reason: failureReason.exactOptional(),
    last_attempt_at: time("When the last attempt began.").exactOptional(),
    latency_ms: count("Milliseconds of the last attempt.").exactOptional(),
    next_attempt_at: time("When the next attempt is due.").exactOptional(),
    expires_at: time("When the batch is given up.").exactOptional(),
    ended_at: time("When it was delivered or given up.").exactOptional(),
    split_into: z.array(z.string()).exactOptional().meta({
      description: "Ids of the two batches that have replaced it since the event was found.",
    }),
    replay_id: id("The replay that has sent the event again.").exactOptional(),
  })
  .meta({ id: "FoundBatch", description: "A batch that an event went in." });

const atWebhook = z
  .object({
    webhook_id: id("Id of the webhook."),
    name: z.string().exactOptional().meta({ description: "Its name; absent when it was deleted since." }),
    target: z.string().exactOptional().meta({ description: "The URL that it delivers to." }),
    exact: z.boolean().meta({
      description:
        "False when the stream does not say any more which of its window's batches holds the event: it is in one of those " +
        "that are listed, or of those that `truncated` speaks of.",
    }),
    truncated: z
      .literal(true)
      .exactOptional()
      .meta({
        description:
          `Present when it may have gone in other batches, too: there are more than ${maxMatchBatches}, the webhook has too many ` +
          "batches of that time to be looked at, more replays have read its time than the five newest, which are looked at, " +
          `the webhook has ${maxListedReplays} replays or more, or nothing says any more what other batches hold.`,
      }),
    batches: z.array(foundBatch).meta({
      description: `At most ${maxMatchBatches}; more than one when a replay has sent the event again.`,
    }),
    missing: z
      .enum(missingReasons)
      .exactOptional()
      .meta({
        description:
          "Why there is no batch: the webhook was created later, or less than a minute before (`created_later`), was paused (`paused`), did not take such events " +
          "then (`not_subscribed`), its filter has left the event out (`filtered`), the event waits for its window or its batch's first turn (`no_batch_yet`, as of `looked_up_at`), the batch's record " +
          "has ended (`record_expired`), or nothing says why (`unknown`).",
      }),
  })
  .meta({ id: "EventAtWebhook", description: "What became of an event at one webhook." });

const match = z
  .object({
    type: z.string().meta({ description: "Type of the event." }),
    event_id: z.string().exactOptional().meta({ description: "Id of the event." }),
    message_id: z.string().exactOptional().meta({ description: "Id of the message." }),
    transmission_id: z.string().exactOptional().meta({ description: "Id of the transmission." }),
    recipient: z.string().exactOptional().meta({ description: "Masked unless the key has `webhooks/modify`." }),
    campaign_id: z.string().exactOptional().meta({ description: "Campaign of the event." }),
    subaccount_id: z
      .string()
      .exactOptional()
      .meta({ description: "Sub-account of the event; absent for the primary account." }),
    timestamp: z.string().exactOptional().meta({ description: "The event's own time, as it came." }),
    arrived_at: time("When it arrived on the stream."),
    bytes: count("Length of the event."),
    event: z
      .record(z.string(), z.unknown())
      .exactOptional()
      .meta({
        description:
          `The event as it was sent; absent when it is longer than ${maxMatchEventBytes} bytes. Without the grant ` +
          "`webhooks/modify` all addresses in it but the sender's are masked, and so they are in the fields above and in the " +
          "criteria.",
      }),
    looked_up: z.boolean().meta({
      description:
        "Whether its batches have been looked up. False while the search runs, and afterwards where it was cancelled or had " +
        `looked at ${maxSearchWebhooks} webhooks before.`,
    }),
    looked_up_at: time(
      "When looking them up began: what went in a batch later may still be `no_batch_yet`. Absent until then. Where the batches " +
        "stand is as it is now.",
    ).exactOptional(),
    webhooks_total: count("Webhooks that take the event, of the caller's.").exactOptional(),
    webhooks: z.array(atWebhook).meta({
      description:
        `The first ${maxMatchWebhooks} of them at most, oldest first. A sub-account does not see those that have been deleted ` +
        "or moved since.",
    }),
  })
  .meta({ id: "FoundEvent", description: "An event that was found, and what became of it." });

/** What is said of a search, and of all that reads the stream in the same way. */
export const readingFields = {
  state: z.enum(searchStates).meta({ id: "SearchState", description: "Where it stands." }),
  dry_run: z.boolean().meta({ description: "Whether it only estimates." }),
  from: time("Earliest arrival, inclusive."),
  to: time("Latest arrival, exclusive."),
  retention_cut: z.boolean().meta({
    description: "Whether `from` was earlier than the stream keeps events, and was cut.",
  }),
  started_at: time("When it was asked for."),
  ended_at: time("When it finished or was cancelled.").exactOptional(),
  progress: z.number().min(0).max(1).meta({ description: "Share of the time range that has been read." }),
  waits_for: z
    .enum(searchWaits)
    .exactOptional()
    .meta({
      description:
        "What a running search waits for in one shard at least: for a replay or another search to give it a turn (`turn`), or for " +
        "the latest records, which may not be readable for some seconds (`records`). Absent while it waits for nothing.",
    }),
  estimate: estimate.exactOptional(),
  estimated_remaining_seconds: count("Seconds that it still takes, estimated from its progress.").exactOptional(),
  records_read: count("Records of the stream with events of the customer."),
  bytes_read: count("Their bytes on the stream."),
};

const search = z
  .object({
    id: id("Id of the search."),
    ...readingFields,
    criteria: z.object(criteria).meta({ id: "SearchCriteria", description: "What is looked for." }),
    read_from: time(
      "From when on the range was read whole, until `to`. Present when it was: what is not among the matches is not there, but " +
        "for records that could not be decoded, which are in quarantine.",
    ).exactOptional(),
    truncated: z.boolean().meta({
      description: `Whether there are more than ${maxSearchMatches} events, so that it stopped: narrow it down.`,
    }),
    matches: z.array(match).meta({ description: "Events that were found, the earliest arrival first." }),
  })
  .meta({ id: "EventSearch", description: "A search for events on the stream." });

export const searchAnswer = results(search);

export type EventSearch = Answer<typeof search>;
export type FoundEvent = Answer<typeof match>;
export type EventAtWebhook = Answer<typeof atWebhook>;
export type FoundBatch = Answer<typeof foundBatch>;
