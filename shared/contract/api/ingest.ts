import * as z from "zod";
import { count, id, results } from "./common.ts";
import { eventEnvelope } from "./event.ts";

export const ndjsonBody = z.string().meta({
  description: "One event a line. gzip is recognised by its first bytes, with or without `Content-Encoding`.",
});

export const eventsBody = z.union([z.array(eventEnvelope), eventEnvelope]);

/** Any JSON: what is no document is put aside, whatever it is. */
export const sesBody = z.union([z.array(z.unknown()), z.looseObject({})]).meta({
  description:
    "A document, or several in an array. Its fields are those that Amazon SES documents; only `eventType`, `mail.messageId`, " +
    "`mail.timestamp`, a recipient and the event's time are needed.",
});

export const contentEncoding = z.object({
  "Content-Encoding": z.enum(["gzip", "identity"]).exactOptional().meta({ description: "Encoding of the body." }),
});

const lineError = z.object({
  line: z.int().min(1).meta({ description: "Line, or position in the array, from 1." }),
  message: z.string().meta({ description: "What is wrong with it." }),
});

const ingestFacts = {
  id: id("Id of this upload."),
  accepted: count("Events that will be delivered."),
  rejected: count("Events that were refused."),
  errors: z.array(lineError).exactOptional().meta({ description: "The first of the refused events." }),
  errors_truncated: z.boolean().exactOptional().meta({ description: "Whether there are more errors than listed." }),
};

export const ingestAnswer = results(z.object(ingestFacts).meta({ id: "IngestResult" }));

/** What became of the events of a request that has failed. */
export const ingestFailure = z
  .object({
    ...ingestFacts,
    not_accepted_lines: z.array(z.int().min(1)).exactOptional().meta({
      description: "Lines, or positions in the array, from 1, whose events the stream has not taken: send them again.",
    }),
  })
  .meta({ id: "IngestFailure", description: "What became of the events of a request to the ingest path." });

export const sesIngestAnswer = results(
  z
    .object({
      id: id("Id of this upload."),
      accepted: count("Events that will be delivered."),
      ignored: count("Documents without events, such as those that SNS sends when a topic is set up."),
      quarantined: count("Documents that could not be understood. They are put aside for the operator."),
    })
    .meta({ id: "SesIngestResult" }),
);
