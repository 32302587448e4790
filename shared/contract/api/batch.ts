import * as z from "zod";
import { attemptOutcomes, batchStates, closedBy, expiryReasons, failureReasons } from "../words.ts";
import {
  type Answer,
  badParameter,
  count,
  headers,
  id,
  limit,
  nextCursor,
  note,
  queryTime,
  remedy,
  results,
  someOf,
  time,
  timings,
} from "./common.ts";
import { failureReason } from "./errors.ts";

const order = z
  .string()
  .refine((text) => text === "desc" || text === "asc", { error: "must be 'desc' or 'asc'", params: badParameter })
  .transform((text) => (text === "asc" ? "oldest" : "newest"))
  .default("newest")
  .meta(note("Newest or oldest first.", { enum: ["desc", "asc"], default: "desc" }));

const aTime = "2026-01-02T03:04:05Z";

/** Query of `GET /webhooks/{id}/batch-status`. */
export const batchStatusQuery = z.object({ limit: limit({ max: 10_000, byDefault: 1_000 }) });

/** Query of `GET /webhooks/{id}/batches`: batches created from `from` until before `to`. */
export const batchesQuery = z
  .object({
    state: someOf(batchStates)
      .exactOptional()
      .meta(note(`Comma-separated states to list: ${batchStates.join(", ")}.`, { examples: ["retrying,expired"] })),
    reason: someOf(failureReasons)
      .exactOptional()
      .meta(
        note("Comma-separated reasons: only batches whose last attempt failed for one of them.", {
          examples: ["response_timeout,http_5xx"],
        }),
      ),
    order,
    from: queryTime("Earliest creation, inclusive.", aTime),
    to: queryTime("Latest creation, exclusive.", aTime),
    limit: limit({ max: 1_000, byDefault: 100 }),
    cursor: z.string().exactOptional().meta({ description: "`next_cursor` of the previous page." }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: "must be earlier than 'to'",
    path: ["from"],
    params: badParameter,
  });

/** Query of `GET /webhooks/{id}/batches/{batch_id}/body`. */
export const batchBodyQuery = z.object({
  offset: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text), { error: "must be an integer from 0", params: badParameter })
    .transform(Number)
    .default(0)
    .meta(note("Number of events to skip.", { type: "integer", minimum: 0, default: 0 })),
  limit: limit({ max: 1_000, byDefault: 200 }),
});

const batchStatusRow = z
  .object({
    batch_id: id("Id of the batch, the same on every attempt."),
    ts: time("When the batch was created."),
    attempts: count("Failed attempts."),
    response_code: z
      .string()
      .exactOptional()
      .meta({
        description: "Last HTTP status, as text. Absent when the target never answered.",
        examples: ["503"],
      }),
    failure_code: z
      .string()
      .exactOptional()
      .meta({
        description:
          "While the batch is not delivered: last HTTP status as text, or the reason why there was no answer.",
        examples: ["response_timeout"],
      }),
    latency: count("Milliseconds of the last attempt."),
    batch_size: count("Events in the batch."),
    webhook_id: id("Id of the webhook."),
  })
  .meta({ id: "BatchStatus" });

export const batchStatusAnswer = results(z.array(batchStatusRow));

export const bodyAnswer = z.object({
  results: z.array(z.record(z.string(), z.unknown())).meta({ description: "Events as they are delivered." }),
  total: count("Events in the batch."),
  next_offset: count("Present while there is more: `offset` of the next page.").exactOptional(),
});

export const redeliveryAnswer = results(
  z.object({
    batch_id: id("Id of the batch."),
    attempt: z.int().min(1).meta({ description: "Number of the attempt." }),
  }),
);

const batchState = z.enum(batchStates).meta({ id: "BatchState", description: "Where a batch stands." });

const batch = z.object({
  batch_id: id("Id of the batch, the same on every attempt."),
  webhook_id: id("Id of the webhook."),
  created_at: time("When the batch was created."),
  state: batchState,
  events: count("Events in the batch."),
  bytes: count("Length of its body."),
  response_code: z.int().exactOptional().meta({ description: "HTTP status of the last attempt." }),
  reason: failureReason.exactOptional(),
  latency_ms: count("Milliseconds of the last attempt.").exactOptional(),
  next_attempt_at: time("When the next attempt is due.").exactOptional(),
  expires_at: time("When the batch is given up."),
  ended_at: time("When it was delivered or given up.").exactOptional(),
  split_into: z.array(z.string()).exactOptional().meta({
    description:
      "Ids of the two batches that have replaced it, because its target found it too large or kept refusing it.",
  }),
  split_from: id("The batch that it is a half of.").exactOptional(),
  replay_id: id("The replay that it belongs to.").exactOptional(),
  body_available: z.boolean().meta({
    description:
      "Whether its events can be read: while it waits for a retry or is parked, and after its delivery while its webhook keeps it.",
  }),
  kept_until: time("Until when its delivered body can be read. Present while it is kept.").exactOptional(),
  closed_by: z.enum(closedBy).exactOptional().meta({
    description:
      "What closed it: its webhook's number of events or of bytes, of which the window had more; the end of the window; or a split.",
  }),
  closed_at: time("When it was formed.").exactOptional(),
  batch_size: count("Maximum number of events that it could have had.").exactOptional(),
});

const batchRow = batch.extend({ attempts: count("Attempts so far.") }).meta({ id: "Batch" });

export const batchesAnswer = z.object({
  results: z.array(batchRow),
  next_cursor: nextCursor,
});

const attempt = z
  .object({
    n: z.int().min(1).meta({ description: "Number of the attempt." }),
    started_at: time("When it began."),
    outcome: z.enum(attemptOutcomes).meta({ description: "How it ended." }),
    status: z.int().exactOptional().meta({ description: "HTTP status, when the target answered." }),
    reason: failureReason.exactOptional(),
    ...remedy,
    error_code: z.string().exactOptional().meta({ description: "Network error, as Node.js names it." }),
    latency_ms: count("Milliseconds of the attempt."),
    timings,
    bytes_sent: count("Bytes of the body as sent; 0 when it did not go out whole.").exactOptional(),
    response_headers: headers("Some headers of the answer; names in lower case.").exactOptional(),
    response_excerpt: z.string().exactOptional().meta({ description: "Beginning of the answer's body." }),
    response_truncated: z.boolean().exactOptional().meta({ description: "Whether the answer's body was longer." }),
    next_attempt_at: time("When the next attempt was due.").exactOptional(),
    again: z.boolean().exactOptional().meta({
      description:
        "Present when somebody had the batch sent again after its delivery. How that ended changes nothing else.",
    }),
  })
  .meta({ id: "Attempt", description: "One POST of a batch." });

const batchWithAttempts = batch
  .extend({
    attempts: z.array(attempt).meta({ description: "Every attempt, oldest first." }),
    event_types: z
      .record(z.string(), z.int().min(1))
      .exactOptional()
      .meta({ description: "Number of events by type." }),
    stretch: z
      .object({
        shard: z.string().meta({ description: "Shard of the stream." }),
        first_sequence_number: z.string().meta({ description: "First record of the window." }),
        last_sequence_number: z.string().meta({ description: "Last record of the window." }),
        first_event: count("Number of its first event, from 0, among those that the webhook took of the window."),
      })
      .exactOptional()
      .meta({
        id: "Stretch",
        description:
          "Where on the stream its events came from: while the stream keeps them, the batch can be formed again. Absent for " +
          "batches of earlier versions.",
      }),
    uncut: z
      .boolean()
      .exactOptional()
      .meta({
        description:
          "Present for what is left of a window while it waits, and when it has expired: its events were to go out in several " +
          "batches, and no attempt was made for them.",
      }),
    expired_for: z
      .enum(expiryReasons)
      .exactOptional()
      .meta({
        description:
          "Why what was left of a window expired: its retry window ended, it was not delivered within a day, or its webhook was " +
          "deleted. `unreadable`: none of the events of a batch could be read, and they are put aside for the operator.",
      }),
  })
  .meta({ id: "BatchWithAttempts" });

export const batchAnswer = results(batchWithAttempts);

export type Batch = Answer<typeof batchRow>;
export type Attempt = Answer<typeof attempt>;
export type BatchWithAttempts = Answer<typeof batchWithAttempts>;
export type BatchBody = Answer<typeof bodyAnswer>;
export type DeliveredEvent = BatchBody["results"][number];
