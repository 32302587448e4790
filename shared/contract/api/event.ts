import * as z from "zod";
import { eventClassKeys } from "../words.ts";
import { type Answer, results } from "./common.ts";

const field = z.object({
  description: z.string().meta({ description: "What the field means." }),
  sampleValue: z.unknown().meta({ description: "A value as it is delivered; its type is the field's." }),
});

const texts = {
  display_name: z.string().meta({ description: "Name for people." }),
  description: z.string().meta({ description: "What it stands for." }),
};

const eventDocumentation = z
  .object({
    ...texts,
    event: z.record(z.string(), field.meta({ id: "EventField" })).meta({ description: "By name of the field." }),
  })
  .meta({ id: "EventDocumentation" });

const classDocumentation = z
  .object({
    ...texts,
    events: z.record(z.string(), eventDocumentation).meta({ description: "By event type." }),
  })
  .meta({ id: "EventClassDocumentation" });

const documentation = z.record(z.string(), classDocumentation).meta({ description: "By event class." });

export const documentationAnswer = results(documentation);

export const ingestDocumentationAnswer = results(
  z
    .array(
      z.record(
        z.string(),
        field
          .extend({
            required: z.boolean().meta({ description: "Whether a producer is expected to send the field." }),
            reporting: z.boolean().meta({ description: "Whether reports usually group or filter by it." }),
          })
          .meta({ id: "IngestField" }),
      ),
    )
    .meta({ description: "One object for each event type, by name of the field." }),
);

/** One event in its envelope. */
export const eventEnvelope = z
  .object({
    msys: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .meta({ description: `The event under its class: ${eventClassKeys.join(", ")}.` }),
  })
  .meta({ id: "Event", description: "One event, as it is ingested and delivered." });

export const samplesAnswer = results(z.array(eventEnvelope));

export type EventField = Answer<typeof field>;
export type EventDocumentation = Answer<typeof documentation>;
export type EventSample = Answer<typeof eventEnvelope>;
