import * as z from "zod";
import { maxListEntries } from "../limits.ts";
import { eventKeys, replayChoices, replayFailures, replayStates } from "../words.ts";
import { type Answer, bound, count, id, results, time, wantedText } from "./common.ts";

const maxRate = 50;
const defaultRate = 5;

/**
 * Body of `POST /webhooks/{id}/replay`: events that arrived, or with `only` batches that were created, from `from` until before
 * `to`. Unknown fields are ignored.
 */
export const replayRequest = z.object({
  from: bound(
    "Earliest arrival of an event, inclusive; as long ago as events are kept, by default 24 hours. With `only`: earliest creation " +
      "of a batch; the beginning when left out.",
  ).exactOptional(),
  to: bound(
    "Latest arrival, or creation, exclusive; not in the future. With `only`: now when left out.",
  ).exactOptional(),
  only: z
    .enum(replayChoices)
    .exactOptional()
    .meta({
      description:
        "Recover batches instead of reading all events: those that `expired` are formed again and delivered with their own ids; " +
        "`failed` adds those that have failed and wait, `undelivered` all that wait, whose next attempt is made now. What was " +
        "delivered is not sent again.",
    }),
  batch_id: z.uuid("must be a UUID").exactOptional().meta({ description: "With `only`: this batch alone." }),
  types: z
    .array(z.enum(eventKeys))
    .min(1, "must not be empty")
    .max(maxListEntries, `must have at most ${maxListEntries} entries`)
    .exactOptional()
    .meta({ description: "Only events of these types. With `only`: batches that have one of them, each as a whole." }),
  recipient: wantedText(
    "Only events to this address, in any case, or telephone number. With `only`, as `types`: not for batches that wait.",
    "ann@example.com",
  ),
  message_id: wantedText(
    "Only events of the message or transmission with this id, as `recipient`.",
    "0001f361905eb7962500",
  ),
  rate: z
    .int()
    .min(1, "must be at least 1")
    .max(maxRate, `must be at most ${maxRate}`)
    .default(defaultRate)
    .meta({ description: "Maximum number of batches a second." }),
  dry_run: z.boolean().default(false).meta({ description: "Only count what would be sent." }),
});

const share = z.number().min(0).max(1).meta({ description: "Share of the time range that has been read." });

const counts = {
  records_read: count("Records of the stream with events of the customer."),
  events_matched: count("Events that the webhook takes."),
  batches_formed: count("Batches made of them."),
  batches_sent: count("Batches handed over to delivery; 0 in a dry run."),
};

/** What a replay was asked for besides its time. */
const choice = {
  only: z
    .enum(replayChoices)
    .exactOptional()
    .meta({ description: "Which batches it recovers; absent: it reads all events." }),
  batch_id: id("The one batch that it recovers.").exactOptional(),
  types: z.array(z.string()).exactOptional().meta({ description: "Types that it is limited to." }),
  recipient: z
    .string()
    .exactOptional()
    .meta({ description: "Recipient that it is limited to. Masked unless the key has `webhooks/modify`." }),
  message_id: z.string().exactOptional().meta({ description: "Message or transmission that it is limited to." }),
};

const recovered = z
  .object({
    batch_ids: z.array(z.string()).meta({ description: "The first 1,000 batches that were chosen." }),
    unknown: count("Batches that cannot be formed again: their records, or the webhook's, do not say of which events."),
    past_retention: count("Batches that cannot be formed again: the stream does not keep their events any more."),
  })
  .meta({ id: "Recovery", description: "What a replay with `only` has found." });

const replay = z
  .object({
    id: id("Id of the replay, which every POST carries as `X-Tidepost-Replay`."),
    webhook_id: id("Id of the webhook."),
    state: z.enum(replayStates).meta({ id: "ReplayState", description: "Where a replay stands." }),
    reason: z.enum(replayFailures).exactOptional().meta({ description: "Why it failed." }),
    dry_run: z.boolean().meta({ description: "Whether it only counts." }),
    ...choice,
    from: time("Earliest arrival of its events, inclusive."),
    to: time("Latest arrival, exclusive."),
    rate: z.int().meta({ description: "Maximum number of batches a second." }),
    started_at: time("When it was asked for."),
    ended_at: time("When it finished, failed or was cancelled.").exactOptional(),
    progress: share,
    ...counts,
    recovery: recovered.exactOptional(),
    estimated_remaining_seconds: count("Seconds that it still takes, estimated from its progress.").exactOptional(),
    estimated_seconds: count("Of a dry run: seconds that sending what was counted would take.").exactOptional(),
    shards: z
      .array(
        z
          .object({ shard: z.string().meta({ description: "Shard of the stream." }), progress: share, ...counts })
          .meta({ id: "ReplayShard", description: "How far a replay is in one shard of the stream." }),
      )
      .meta({ description: "Those shards that it has begun to read." }),
  })
  .meta({ id: "Replay", description: "Events that are delivered again." });

export const replayAnswer = results(replay);
export const replaysAnswer = results(z.array(replay));

export type Replay = Answer<typeof replay>;
/** A request as it is sent. */
export type ReplayRequest = z.input<typeof replayRequest>;
