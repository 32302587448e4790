import * as z from "zod";
import { type WebhookSort, type WebhookState, stateReasons, webhookSorts, webhookStates } from "../words.ts";
import { type Answer, badParameter, count, nextCursor, note, pageLimit, results, someOf, time } from "./common.ts";
import { maxInteger } from "./webhook-exceptions.ts";
import { webhook } from "./webhook.ts";

const p95 = z.number().nullable().meta({
  description: "95th percentile of the attempts' milliseconds; null without attempts.",
});

const bucket = z
  .object({
    at: time("Start of the hour."),
    delivered: count("Batches delivered."),
    failed: count("Batches whose first attempt failed."),
    failed_attempts: count("Attempts that failed."),
    expired: count("Batches given up."),
    events: count("Events in the delivered batches."),
    p95_ms: p95,
  })
  .meta({ id: "DeliveryHour", description: "What happened in one hour." });

const hourly = (what: string) =>
  z
    .array(z.int().min(0))
    .length(24)
    .meta({ description: `${what}, hour by hour, the oldest first.` });

/** What is said of a webhook in every list. */
export const summaryFields = z.object({
  ...webhook.pick({
    id: true,
    name: true,
    target: true,
    active: true,
    events_mode: true,
    events: true,
    created_at: true,
  }).shape,
  state: z.enum(webhookStates).meta({ description: "Status of the webhook." }),
  state_reason: z.enum(stateReasons).nullable().meta({ description: "Why it is in that state." }),
  state_since: time("Since when."),
  last_successful: webhook.shape.last_successful,
  last_failure: webhook.shape.last_failure,
  next_probe_at: time("When the target is probed next, while the webhook is parked.").exactOptional(),
  pending_batches: count("Batches that wait for a retry or are parked."),
  pending_events: count("Events in them."),
  pending_is_complete: z
    .boolean()
    .meta({ description: "False when there are more pending batches than were counted." }),
  oldest_pending_at: time("Creation of the oldest pending batch.").exactOptional(),
  next_expiry_at: time("When the first pending batch is given up.").exactOptional(),
  expired_24h: count("Batches given up in the last 24 hours."),
  p95_ms: p95,
});
const buckets = z.array(bucket).length(24).meta({ description: "The last 24 hours, oldest first." });

const summary = summaryFields.extend({ buckets }).meta({ id: "WebhookSummary" });

/** A webhook in a list of many: in pages the hours are numbers, which take a tenth of the room. */
const row = summaryFields
  .extend({
    buckets: buckets.exactOptional().meta({ description: "The last 24 hours, oldest first; not in pages." }),
    hours: z
      .object({
        events: hourly("Events in the delivered batches"),
        delivered: hourly("Batches delivered"),
        failed_attempts: hourly("Attempts that failed"),
      })
      .exactOptional()
      .meta({ description: "In pages: the last 24 hours. Absent when nothing happened in them." }),
  })
  .meta({ id: "WebhookRow" });

const maxWebhookPage = 500;
const maxSearchCharacters = 200;

/** What a list of webhooks is sorted by; with a minus sign the other way round. */
export type WebhookOrder = WebhookSort | `-${WebhookSort}`;
const webhookOrders: readonly string[] = webhookSorts.flatMap((sort) => [sort, `-${sort}`]);
const isSort = (text: string): boolean => webhookOrders.includes(text);

/** Query of the lists of webhooks. */
const pageQuery = {
  limit: pageLimit({ max: maxWebhookPage, what: "webhooks" }),
  cursor: z.string().exactOptional().meta({
    description: "`next_cursor` of the previous page. It belongs to the customer and to the rest of the query.",
  }),
};

/** Query of a page of `GET /webhooks`. */
export const webhooksQuery = z.object(pageQuery);

/** Rows to pass over, for people who turn pages by number. */
export const pageOffset = (description: string) =>
  z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text), { error: "must be an integer from 0 to 999999", params: badParameter })
    .transform(Number)
    .exactOptional()
    .meta(note(description, { type: "integer", minimum: 0, maximum: 999_999 }));

/** Stands for the primary account and all sub-accounts, where a webhook takes their events. */
export const allSubaccounts = -1;

/** Query of a page of `GET /webhooks/summary`. */
export const summariesQuery = z.object({
  ...pageQuery,
  offset: pageOffset(
    "Webhooks to pass over, for people who turn pages by number. Programs that read all pages follow `cursor`.",
  ),
  subaccount_id: z
    .string()
    .refine((text) => /^(?:-1|\d{1,10})$/.test(text) && Number(text) <= maxInteger, {
      error: `must be an integer from -1 to ${maxInteger}`,
      params: badParameter,
    })
    .transform(Number)
    .exactOptional()
    .meta(
      note(
        "Only webhooks of this sub-account: 0 is the primary account alone, and -1 stands for webhooks of the primary account and " +
          "all sub-accounts.",
        { type: "integer", minimum: allSubaccounts, maximum: maxInteger },
      ),
    ),
  state: someOf(webhookStates)
    .exactOptional()
    .meta(note(`Comma-separated states: ${webhookStates.join(", ")}.`, { examples: ["failed,parked"] })),
  search: z
    .string()
    .refine((text) => text.length <= maxSearchCharacters, {
      error: `must have at most ${maxSearchCharacters} characters`,
      params: badParameter,
    })
    .exactOptional()
    .meta(
      note("Text in the name or the target, in whatever case, or the beginning of the id.", {
        maxLength: maxSearchCharacters,
        examples: ["orders"],
      }),
    ),
  sort: z
    .string()
    .refine((text) => isSort(text), {
      error: `must be one of: ${webhookSorts.join(", ")}; a minus sign before it reverses the order`,
      params: badParameter,
    })
    .transform((text) => text as WebhookOrder)
    .default("created")
    .meta(
      note("Order of the webhooks: a field, with a minus sign before it for the reverse.", {
        enum: webhookOrders,
        default: "created",
      }),
    ),
});

/** How many webhooks are in each state. */
export const stateCounts = z.object({
  pending: count("Had no batch yet."),
  ok: count("Deliver as they should."),
  failed: count("Have a batch that waits for a retry, or whose last one to end expired."),
  parked: count("Their breaker is open."),
  paused: count("Are not active."),
} satisfies Record<WebhookState, z.ZodType>);

export const summariesAnswer = z.object({
  results: z.array(row),
  next_cursor: nextCursor,
  total: count("In pages: webhooks of the customer, or of the sub-account that is asked for.").exactOptional(),
  matching: count("In pages: those of them that `state` and `search` choose.").exactOptional(),
  states: stateCounts.exactOptional().meta({ description: "In pages: how many of these webhooks are in each state." }),
  counted_at: time(
    "In pages: when `states` was counted. Of many webhooks it is kept for up to a minute; the rows are as they are now.",
  ).exactOptional(),
});
export const summaryAnswer = results(summary);

export type WebhookSummary = Answer<typeof summary>;
export type WebhookRow = Answer<typeof row>;
export type WebhooksQuery = z.output<typeof webhooksQuery>;
export type SummariesQuery = z.output<typeof summariesQuery>;
