import * as z from "zod";
import { replayFailures, replayStates } from "../words.ts";
import { type Answer, count, id, note, results, time } from "./common.ts";

const maxRate = 50;
const defaultRate = 5;

/** A bound of the time range, as ISO 8601 in UTC, to the millisecond. */
const bound = (description: string) =>
  z.iso
    .datetime({ offset: true, error: "must be a time in ISO 8601 with a time zone, such as '2026-01-02T03:04:05Z'" })
    .transform((text) => new Date(text).toISOString())
    .meta(note(description, { type: "string", format: "date-time", examples: ["2026-01-02T03:04:05Z"] }));

/** Body of `POST /webhooks/{id}/replay`: events that arrived from `from` until before `to`. Unknown fields are ignored. */
export const replayRequest = z.object({
  from: bound("Earliest arrival of an event, inclusive; as long ago as events are kept, by default 24 hours."),
  to: bound("Latest arrival, exclusive; not in the future."),
  rate: z
    .int()
    .min(1, "must be at least 1")
    .max(maxRate, `must be at most ${maxRate}`)
    .default(defaultRate)
    .meta({ description: "Most batches in one second." }),
  dry_run: z.boolean().default(false).meta({ description: "Only count what would be sent." }),
});

const share = z.number().min(0).max(1).meta({ description: "Share of the time range that has been read." });

const counts = {
  records_read: count("Records of the stream with events of the customer."),
  events_matched: count("Events that the webhook takes."),
  batches_formed: count("Batches made of them."),
  batches_sent: count("Batches handed over to delivery; none in a dry run."),
};

const replay = z
  .object({
    id: id("Id of the replay, which every POST carries as `X-Tidepost-Replay`."),
    webhook_id: id("Id of the webhook."),
    state: z.enum(replayStates).meta({ id: "ReplayState", description: "Where a replay stands." }),
    reason: z.enum(replayFailures).exactOptional().meta({ description: "Why it failed." }),
    dry_run: z.boolean().meta({ description: "Whether it only counts." }),
    from: time("Earliest arrival of its events, inclusive."),
    to: time("Latest arrival, exclusive."),
    rate: z.int().meta({ description: "Most batches in one second." }),
    started_at: time("When it was asked for."),
    ended_at: time("When it finished, failed or was cancelled.").exactOptional(),
    progress: share,
    ...counts,
    estimated_remaining_seconds: count("Seconds that it still takes, judged by its course so far.").exactOptional(),
    estimated_seconds: count("Of a dry run: seconds that sending what was counted would take.").exactOptional(),
    shards: z
      .array(
        z
          .object({ shard: z.string().meta({ description: "Shard of the stream." }), progress: share, ...counts })
          .meta({ id: "ReplayShard", description: "How far a replay is in one shard of the stream." }),
      )
      .meta({ description: "Those shards that it has begun to read." }),
  })
  .meta({ id: "Replay", description: "Events that are delivered once more." });

export const replayAnswer = results(replay);
export const replaysAnswer = results(z.array(replay));

export type Replay = Answer<typeof replay>;
export type ReplayRequest = z.output<typeof replayRequest>;
