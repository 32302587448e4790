import * as z from "zod";
import { type Answer, badParameter, count, limit, note, time } from "./common.ts";
import { pageOffset, stateCounts } from "./summary.ts";

/** Query of `GET /webhooks/subaccounts`. */
export const subaccountsQuery = z.object({
  limit: limit({ max: 500, byDefault: 100, what: "sub-accounts" }),
  offset: pageOffset("Sub-accounts to pass over."),
  search: z
    .string()
    .refine((text) => /^\d{0,10}$/.test(text), { error: "must have at most 10 digits", params: badParameter })
    .exactOptional()
    .meta(note("Only sub-accounts whose number begins with this.", { maxLength: 10, examples: ["10"] })),
});

const subaccount = z
  .object({
    subaccount_id: count(
      "Whose events the webhooks deliver: `0` primary account, else a sub-account. Absent: primary account and all sub-accounts.",
    ).exactOptional(),
    webhooks: count("Webhooks of the sub-account."),
    states: stateCounts.meta({ description: "How many of them are in each state." }),
    waiting: count("Webhooks for which a batch waits."),
    pending_batches: count("Batches that wait for a retry or are parked."),
    pending_events: count("Events in them."),
    half_time: count("Webhooks of which a batch has waited for half of its retry window."),
    next_expiry_at: time("When the first batch is given up, unless its target takes it before.").exactOptional(),
  })
  .meta({ id: "SubaccountSummary", description: "The webhooks of one sub-account together." });

export const subaccountsAnswer = z.object({
  results: z.array(subaccount).meta({
    description: "What needs attention first: what is given up soonest, then where most webhooks fail, then by number.",
  }),
  total: count("Sub-accounts that have webhooks."),
  matching: count("Those of them that `search` chooses."),
  counted_at: time("When `states` was counted; of many webhooks it is kept for up to a minute."),
  is_complete: z.boolean().meta({
    description:
      "False while not all webhooks for which a batch may wait were looked at: the next request looks at more of them.",
  }),
});

export type SubaccountSummary = Answer<typeof subaccount>;
