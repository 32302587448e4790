import * as z from "zod";
import { maxPollEvents, maxPollWaitSeconds } from "../limits.ts";
import { eventKeys } from "../words.ts";
import { badParameter, count, limit, note, queryTime, someOf } from "./common.ts";
import { eventEnvelope } from "./event.ts";

/** Query of `GET /events/stream`: events that come from now on, from a time on, or behind a cursor. */
export const eventStreamQuery = z
  .object({
    cursor: z
      .string()
      .exactOptional()
      .meta({ description: "`next_cursor` of the previous answer, unchanged. Without it, the poll begins now." }),
    from: queryTime(
      "Begins with what came then or later, as long ago as events are kept, by default 24 hours. Not with `cursor`.",
      "2026-01-02T03:04:05Z",
    ),
    events: someOf(eventKeys)
      .exactOptional()
      .meta(note("Comma-separated event types; all when absent.", { examples: ["bounce,spam_complaint"] })),
    webhook_id: z
      .string()
      .exactOptional()
      .meta(note("Only events that this webhook takes, or would take if it were active.", { format: "uuid" })),
    limit: limit({ max: maxPollEvents, byDefault: 1_000, what: "events" }),
    wait: z
      .string()
      .refine((text) => /^\d{1,2}$/.test(text) && Number(text) <= maxPollWaitSeconds, {
        error: `must be a number of seconds from 0 to ${maxPollWaitSeconds}`,
        params: badParameter,
      })
      .transform(Number)
      .default(maxPollWaitSeconds)
      .meta(
        note("Seconds to wait for events before the answer is empty.", {
          type: "integer",
          minimum: 0,
          maximum: maxPollWaitSeconds,
          default: maxPollWaitSeconds,
        }),
      ),
  })
  .refine(({ cursor, from }) => cursor === undefined || from === undefined, {
    error: "does not go with 'cursor', which has its place already",
    path: ["from"],
    params: badParameter,
  });

export const eventStreamAnswer = z.object({
  results: z.array(eventEnvelope).meta({
    description: "Events in the order in which they came, as far as they came by the same shard of the stream.",
  }),
  next_cursor: z.string().meta({
    description: "`cursor` of the next poll: it goes on where this answer ends. Good for as long as events are kept.",
  }),
  behind_ms: count("How far the answer is behind the newest event of the stream, in milliseconds; 0: not at all."),
  omitted: count("Events that were left out because each is larger than an answer may be, 2 MiB."),
});
