import { isUtf8 } from "node:buffer";
import { maxEventBytes, maxIngestErrors, maxTextEvents } from "#shared/contract/limits.ts";
import { healthClass, isHealthType } from "#shared/events/catalogue/event-key.ts";
import type { PackableEvent } from "#shared/events/pack-records.ts";
import type { EventSpan } from "#shared/events/span.ts";
import { type ReadEvent, readEvent } from "#shared/events/read-event.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import { splitEvents } from "#shared/events/split.ts";

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
  const lineErrors: LineError[] = [];
  let rejected = 0;
  const pieces = splitEvents(text);
  if (pieces === undefined) throw tooManyEvents();
  const isText = isUtf8(text);
  for (const piece of pieces) {
    const reading = refuseHealth(readWithinLimit(piece, isText));
    if (reading.kind === "event") {
      const { type, subaccountId, eventClass } = reading.event;
      events.push({ ...piece, type, subaccountId, eventClass });
    }
    if (reading.kind !== "invalid") continue;
    rejected += 1;
    if (lineErrors.length < maxIngestErrors) lineErrors.push({ line: piece.line, message: reading.problem });
  }
  return { events, rejected, errors: lineErrors };
};

const readWithinLimit = (span: EventSpan, isText: boolean): ReadEvent => {
  const bytes = span.end - span.start;
  return bytes > maxEventBytes
    ? { kind: "invalid", problem: `event of ${bytes} bytes; at most ${maxEventBytes} are accepted` }
    : readEvent(span, isText);
};

/** Events about webhooks are Tidepost's own: nobody else may say that a webhook fails, or who changed it. */
const refuseHealth = (reading: ReadEvent): ReadEvent =>
  reading.kind === "event" && (reading.event.eventClass === healthClass || isHealthType(reading.event.type))
    ? { kind: "invalid", problem: `'${healthClass}' and its types are Tidepost's own` }
    : reading;

const tooManyEvents = (): RequestError =>
  errors.largeBody(
    `The request holds more than ${maxTextEvents} events`,
    "No event was accepted. Send fewer events in a request.",
  );
