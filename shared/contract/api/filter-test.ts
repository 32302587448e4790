import * as z from "zod";
import { maxListEntries, maxTestedEvents } from "../limits.ts";
import { type Answer, atMost, count, note, results } from "./common.ts";
import { eventKeyList } from "./webhook-settings.ts";
import { updateWebhookRequest } from "./webhook.ts";

/** Events of an answer. */
export const shownMatches = 5;

/** Body of `POST /webhooks/filter-test`. */
export const filterTestRequest = updateWebhookRequest
  .pick({ filter: true, fields: true, mask: true })
  .extend({
    events: atMost(maxTestedEvents, "events", z.array(z.unknown()))
      .meta(
        note(
          'Events to try, as a target gets them: `[{"msys":{…}}]`, at most 1,000. Absent: the catalogue\'s samples.',
          {
            type: "array",
            items: { type: "object" },
          },
        ),
      )
      .exactOptional(),
    sample_events: atMost(maxListEntries, "entries", eventKeyList.min(1, "must name at least one event type"))
      .meta(
        note("Event types whose samples are tried, where `events` is absent. Absent: all.", {
          maxItems: maxListEntries,
          examples: [["bounce"]],
        }),
      )
      .exactOptional(),
  })
  .meta({
    id: "FilterTest",
    description: "A filter and a selection, and what to try them on. Other fields are ignored.",
  });

const filterTest = z
  .object({
    events: count("Events that were tried."),
    matched: count("Events that a webhook with this filter would get."),
    first: z.array(z.record(z.string(), z.unknown())).meta({
      description: `The first ${shownMatches} of them as they would be sent. Hashes are by a key of this test alone.`,
    }),
  })
  .meta({ id: "FilterTestResult", description: "What a filter makes of some events." });

export const filterTestAnswer = results(filterTest);
export type FilterTestResult = Answer<typeof filterTest>;
