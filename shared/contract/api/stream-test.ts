import * as z from "zod";
import { maxMatchEventBytes, maxTestedBytes } from "../limits.ts";
import { type Answer, bound, count, id, results, time } from "./common.ts";
import { shownMatches } from "./filter-test.ts";
import { readingFields } from "./search.ts";
import { updateWebhookRequest } from "./webhook.ts";

/** Body of `POST /webhooks/filter-test/stream`: fields of a webhook, and which part of the stream to read. */
export const streamTestRequest = updateWebhookRequest
  .pick({
    events_mode: true,
    events: true,
    subaccount_id: true,
    exception_subaccounts: true,
    filter: true,
    fields: true,
    mask: true,
  })
  .extend({
    from: bound(
      "Earliest arrival of an event, inclusive; an hour ago when left out. What is earlier than the stream keeps events is cut off.",
    ).exactOptional(),
    to: bound("Latest arrival, exclusive; not in the future. Now when left out.").exactOptional(),
    dry_run: z.boolean().default(false).meta({ description: "Only estimate what reading would take." }),
  })
  .meta({
    id: "StreamTest",
    description:
      "A webhook as it would be created, and a time range. Without `events` it takes all types. Other fields are ignored.",
  });

const events = (description: string) =>
  z.array(z.record(z.string(), z.unknown())).meta({
    description:
      `${description} At most ${shownMatches}, the earliest first, and none of more than ${maxMatchEventBytes} bytes. ` +
      "Without the grant `webhooks/modify` all addresses in them but the sender's are masked.",
  });

const streamTest = z
  .object({
    id: id("Id of the test."),
    ...readingFields,
    read_from: time(
      "From when on the range was read whole, until `to`. Absent while it is not: then the counts are of what has been read.",
    ).exactOptional(),
    truncated: z.boolean().meta({
      description:
        `Whether it stopped because it had read enough: events of ${maxTestedBytes / 1024 ** 3} GiB. The counts are of what ` +
        "it has read: of each shard of the stream the earliest part, up to another time in each.",
    }),
    events: count("Events of the customer, or of the sub-account that the request acts for."),
    of_types: count("Of these, events of the types and sub-accounts that the webhook takes."),
    matched: count("Of these, events that the filter lets through: what the webhook would get."),
    first: events("Some that it would get, as they would be sent. Hashes are by a key of this test alone."),
    left_out: events("Some that the filter leaves out, as they came."),
  })
  .meta({ id: "StreamTestResult", description: "What a webhook would take of the events on the stream." });

export const streamTestAnswer = results(streamTest);
export type StreamTestRequest = z.output<typeof streamTestRequest>;
export type StreamTestResult = Answer<typeof streamTest>;
