import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { maxTextEvents } from "#shared/contract/limits.ts";
import { bytesOf } from "#shared/events/span.ts";
import { splitEvents } from "#shared/events/split.ts";

/** A document as it was found, whatever it was wrapped in. */
export type DocumentReading =
  | { readonly kind: "document"; readonly document: unknown; readonly source: Buffer }
  /** A text or message that SNS and SES send when a topic is set up; `envelope` is what SNS wants confirmed. */
  | { readonly kind: "setup"; readonly envelope?: SnsEnvelope }
  /** `source` is the smallest piece that could be told from its neighbours. */
  | { readonly kind: "unreadable"; readonly problem: string; readonly source: Buffer };

const snsEnvelope = z.looseObject({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  Message: z.string(),
});
export type SnsEnvelope = z.output<typeof snsEnvelope>;

const eventBridgeEvent = z.looseObject({
  source: z.literal("aws.ses"),
  "detail-type": z.string(),
  detail: z.unknown(),
});

export const firehoseRequest = z.looseObject({
  requestId: z.string().min(1).max(200),
  records: z.array(z.object({ data: z.string() })),
});

/** SNS in SNS in a Firehose record is three deep. */
const maxWrappings = 5;
/** An SQS message is no larger, so that nothing that came through the topic is refused for its size. */
export const maxDocumentBytes = 1024 * 1024;
const validationNotice = "Successfully validated SNS topic";

/**
 * Finds the documents in a text: one document, a JSON array or lines of documents, each plain or in the envelope of SNS, in an
 * event of EventBridge or in a request of Firehose, also wrapped twice.
 */
export const readDocuments = (text: Buffer): Generator<DocumentReading, void, undefined> =>
  readText(text, maxWrappings);

// One after another, so that only one of many is held as values.
const readText = function* (text: Buffer, wrappingsLeft: number): Generator<DocumentReading, void, undefined> {
  const pieces = splitEvents(text);
  if (pieces === undefined) {
    return yield { kind: "unreadable", problem: `more than ${maxTextEvents} documents`, source: text };
  }
  if (pieces.length === 0) yield { kind: "unreadable", problem: "empty", source: text };
  for (const piece of pieces) yield* readPiece(bytesOf(piece), wrappingsLeft);
};

const readPiece = function* (source: Buffer, wrappingsLeft: number): Generator<DocumentReading, void, undefined> {
  if (!isUtf8(source)) return yield { kind: "unreadable", problem: "not valid UTF-8", source };
  const text = source.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `not valid JSON: ${error instanceof Error ? error.message : ""}`;
    return yield text.trimStart().startsWith(validationNotice)
      ? { kind: "setup" }
      : { kind: "unreadable", problem, source };
  }
  yield* unwrap(value, source, wrappingsLeft);
};

const unwrap = function* (
  value: unknown,
  source: Buffer,
  wrappingsLeft: number,
): Generator<DocumentReading, void, undefined> {
  if (wrappingsLeft === 0) {
    return yield { kind: "unreadable", problem: `wrapped more than ${maxWrappings} times`, source };
  }
  const wrapper = readWrapper(value);
  switch (wrapper.kind) {
    case "sns":
      if (wrapper.envelope.Type === "Notification") {
        yield* readText(Buffer.from(wrapper.envelope.Message), wrappingsLeft - 1);
      } else yield { kind: "setup", envelope: wrapper.envelope };
      return;
    case "eventbridge":
      yield* unwrap(wrapper.detail, source, wrappingsLeft - 1);
      return;
    case "firehose":
      for (const { data } of wrapper.records) yield* readText(Buffer.from(data, "base64"), wrappingsLeft - 1);
      return;
    case "none": {
      const problem = `${source.length} bytes; at most ${maxDocumentBytes} are accepted`;
      yield source.length > maxDocumentBytes
        ? { kind: "unreadable", problem, source }
        : { kind: "document", document: value, source };
    }
  }
};

type Wrapper =
  | { readonly kind: "none" }
  | { readonly kind: "sns"; readonly envelope: SnsEnvelope }
  | { readonly kind: "eventbridge"; readonly detail: unknown }
  | { readonly kind: "firehose"; readonly records: z.output<typeof firehoseRequest>["records"] };

/** Told by a key that only the wrapper has, so that a plain document costs no attempt at each schema. */
const readWrapper = (value: unknown): Wrapper => {
  if (typeof value === "object" && value !== null) {
    if ("Type" in value) {
      const envelope = snsEnvelope.safeParse(value);
      if (envelope.success) return { kind: "sns", envelope: envelope.data };
    } else if ("detail-type" in value) {
      const event = eventBridgeEvent.safeParse(value);
      if (event.success) return { kind: "eventbridge", detail: event.data.detail };
    } else if ("requestId" in value) {
      const request = firehoseRequest.safeParse(value);
      if (request.success) return { kind: "firehose", records: request.data.records };
    }
  }
  return { kind: "none" };
};
