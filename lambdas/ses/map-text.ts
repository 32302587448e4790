import { maxEventBytes } from "#shared/contract/limits.ts";
import type { PackableEvent } from "#shared/events/pack-records.ts";
import { spanOf } from "#shared/events/span.ts";
import { type MappedEvent, mapDocument, type MappingOptions } from "./map-document.ts";
import { type DocumentReading, readDocuments, type SnsEnvelope } from "./read-documents.ts";

/** An event's bytes and what packing needs to know of it. */
export type EncodedEvent = Omit<PackableEvent, "line">;

/** What became of one document. */
export type DocumentOutcome =
  | { readonly kind: "events"; readonly customerId: string; readonly events: readonly EncodedEvent[] }
  | { readonly kind: "ignored" }
  /** What SNS and SES send when a topic is set up; `envelope` is what SNS wants confirmed. */
  | { readonly kind: "setup"; readonly envelope?: SnsEnvelope }
  /** No event: these bytes are to be put aside with the reason. */
  | {
      readonly kind: "quarantined";
      readonly bytes: Buffer;
      readonly problem: string;
      /** Whether there is a document at all. */
      readonly isReadable: boolean;
    };

/** Maps the documents of a text one by one, so that no more than one of them needs to be held as events. */
export const mapText = function* (text: Buffer, options: MappingOptions): Generator<DocumentOutcome> {
  for (const reading of readDocuments(text)) yield outcomeOf(reading, options);
};

const outcomeOf = (reading: DocumentReading, options: MappingOptions): DocumentOutcome => {
  switch (reading.kind) {
    case "setup":
      return reading;
    case "unreadable":
      return { kind: "quarantined", bytes: reading.source, problem: reading.problem, isReadable: false };
    case "document": {
      const mapping = mapDocument(reading.document, options);
      if (mapping.kind === "ignored") return { kind: "ignored" };
      if (mapping.kind === "invalid") {
        return { kind: "quarantined", bytes: reading.source, problem: mapping.problem, isReadable: true };
      }
      const events = mapping.events.map(encode);
      const largest = Math.max(...events.map(({ text }) => text.length));
      return largest > maxEventBytes
        ? {
            kind: "quarantined",
            bytes: reading.source,
            problem: `becomes an event of ${largest} bytes`,
            isReadable: true,
          }
        : { kind: "events", customerId: mapping.customerId, events };
    }
  }
};

const encode = (event: MappedEvent): EncodedEvent => {
  const [eventClass = ""] = Object.keys(event.msys);
  const fields = event.msys[eventClass];
  const subaccountId = fields?.["subaccount_id"];
  return {
    ...spanOf(Buffer.from(JSON.stringify(event))),
    type: String(fields?.["type"]),
    subaccountId: typeof subaccountId === "string" ? subaccountId : undefined,
    eventClass,
  };
};
