import { maxEventBytes, maxIngestBytes, maxIngestErrors, maxIngestInflatedBytes } from "#shared/contract/limits.ts";
import { RequestError } from "#shared/errors.ts";
import { inflate, isGzip } from "#shared/events/inflate.ts";
import type { PackableEvent } from "#shared/events/pack-records.ts";
import type { EventSpan } from "#shared/events/span.ts";
import { type ReadEvent, readEvent } from "#shared/events/read-event.ts";
import { splitEvents } from "#shared/events/split.ts";

/**
 * The text of an ingest request, decompressed. gzip is told by the body's first bytes, so that a missing header does no
 * harm; a declared encoding must be true.
 */
export const readText = (body: Buffer, contentEncoding: string | undefined): Buffer => {
  const encoding = contentEncoding?.trim().toLowerCase() ?? "";
  if (!["", "identity", "gzip", "x-gzip"].includes(encoding)) {
    throw new RequestError(415, {
      message: `Content-Encoding '${encoding}' is not supported`,
      description: "Send gzip, or no encoding.",
      code: "1700",
    });
  }
  if (body.length === 0) throw invalidBody("The request body is empty", "Send at least one event.");
  if (body.length > maxIngestBytes) throw tooLarge(`${body.length} bytes were sent`, maxIngestBytes);
  if (encoding.endsWith("gzip") && !isGzip(body)) {
    throw invalidBody(
      "The request body is not gzip",
      "Content-Encoding says gzip, the body does not begin as gzip does.",
    );
  }
  const inflated = isGzip(body) ? inflate(body, maxIngestInflatedBytes) : ({ kind: "text", text: body } as const);
  switch (inflated.kind) {
    case "text":
      return inflated.text;
    case "corrupt":
      throw invalidBody("The request body could not be decompressed", inflated.problem);
    case "too_large":
      throw tooLarge("The body is larger than that after decompression", maxIngestInflatedBytes);
  }
};

const invalidBody = (message: string, description: string): RequestError =>
  new RequestError(400, { message, description, code: "1200" });

const tooLarge = (found: string, limit: number): RequestError =>
  new RequestError(413, {
    message: `The request body is larger than ${limit} bytes`,
    description: `${found}. Send fewer events in a request, or compress them with gzip.`,
    code: "1300",
  });

/** A line (NDJSON) or position (array), from 1, that holds no valid event. */
interface LineError {
  readonly line: number;
  readonly message: string;
}

interface ReadEvents {
  readonly events: readonly PackableEvent[];
  readonly rejected: number;
  /** The first of the rejected ones. */
  readonly errors: readonly LineError[];
}

/** Checks every event of a request's text. Test POSTs (an empty `msys`) count neither as accepted nor as rejected. */
export const readEvents = (text: Buffer): ReadEvents => {
  const events: PackableEvent[] = [];
  const errors: LineError[] = [];
  let rejected = 0;
  for (const piece of splitEvents(text)) {
    const reading = readWithinLimit(piece);
    if (reading.kind === "event") {
      const { type, subaccountId } = reading.event;
      events.push({ ...piece, route: { type, subaccountId } });
    }
    if (reading.kind !== "invalid") continue;
    rejected += 1;
    if (errors.length < maxIngestErrors) errors.push({ line: piece.line, message: reading.problem });
  }
  return { events, rejected, errors };
};

const readWithinLimit = (span: EventSpan): ReadEvent => {
  const bytes = span.end - span.start;
  return bytes > maxEventBytes
    ? { kind: "invalid", problem: `event of ${bytes} bytes; at most ${maxEventBytes} are accepted` }
    : readEvent(span);
};
