import { maxEventBytes, maxIngestErrors } from "#shared/contract/limits.ts";
import type { PackableEvent } from "#shared/domain/pack-records.ts";
import type { EventSpan } from "#shared/domain/records/event-span.ts";
import { type ReadEvent, readEvent } from "#shared/domain/records/read-event.ts";
import { splitEvents } from "#shared/domain/records/split-events.ts";

/** A line (NDJSON) or position (array), from 1, that holds no valid event. */
export interface LineError {
  readonly line: number;
  readonly message: string;
}

export interface ReadEvents {
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
