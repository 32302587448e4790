import * as z from "zod";
import { type Answer, count, results, time } from "./common.ts";
import { metricsFields } from "./metrics.ts";
import { stateCounts, summaryFields } from "./summary.ts";

const waiting = { batches: count("Batches that wait."), events: count("Events in them.") };

const expiring = z.object({
  ...summaryFields.pick({
    id: true,
    name: true,
    target: true,
    state: true,
    state_reason: true,
    pending_batches: true,
    pending_events: true,
    pending_is_complete: true,
  }).shape,
  half_time_at: time("When half of the first batch's retry window is over."),
  next_expiry_at: time("When its first batch is given up."),
});

const overview = z
  .object({
    ...metricsFields,
    is_complete: z.boolean().meta({
      description:
        "False while hours of `series` are still being counted: the next request goes on, and has more of them.",
    }),
    total: count("Webhooks of the customer, or of the sub-account."),
    states: stateCounts.meta({ description: "How many webhooks are in each state." }),
    counted_at: time("When `states` was counted; of many webhooks it is kept for up to a minute."),
    at_risk: z
      .object({
        ...waiting,
        webhooks: count("Webhooks for which a batch waits."),
        is_complete: z.boolean().meta({
          description:
            "False while not all webhooks for which a batch may wait were looked at: the next request looks at more of them.",
        }),
        half_time: count("Of the webhooks: those of which a batch has waited for half of its retry window."),
        runway: z.array(z.object({ at: time("Start of the slot."), ...waiting })).meta({
          description:
            "What is given up when, unless targets take it before: slots of a sixteenth of the retry window.",
        }),
        first: z.array(expiring).meta({ description: "The webhooks that lose a batch first, at most 50." }),
      })
      .meta({ description: "What will be lost unless targets take it." }),
  })
  .meta({ id: "WebhooksOverview" });

export const overviewAnswer = results(overview);

export type WebhooksOverview = Answer<typeof overview>;
