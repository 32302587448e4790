import { maxEventBytes, maxIngestErrors } from "#shared/contract/limits.ts";
import { readEvent } from "#shared/domain/records/read-event.ts";
import { type EventText, splitEvents } from "#shared/domain/records/split-events.ts";

/** A line (NDJSON) or position (array), from 1, that holds no valid event. */
export interface LineError {
  readonly line: number;
  readonly message: string;
}

export interface ReadEvents {
  readonly events: readonly EventText[];
  readonly rejected: number;
  /** The first of the rejected ones. */
  readonly errors: readonly LineError[];
}

/** Checks every event of a request's text. Test POSTs (an empty `msys`) count neither as accepted nor as rejected. */
export const readEvents = (text: Buffer): ReadEvents => {
  const events: EventText[] = [];
  const errors: LineError[] = [];
  let rejected = 0;
  for (const piece of splitEvents(text)) {
    const problem = problemOf(piece.bytes);
    if (problem === undefined) events.push(piece);
    if (problem === undefined || problem === "ping") continue;
    rejected += 1;
    if (errors.length < maxIngestErrors) errors.push({ line: piece.line, message: problem });
  }
  return { events, rejected, errors };
};

const problemOf = (bytes: Buffer): string | undefined => {
  if (bytes.length > maxEventBytes) return `event of ${bytes.length} bytes; at most ${maxEventBytes} are accepted`;
  const reading = readEvent(bytes);
  switch (reading.kind) {
    case "event":
      return undefined;
    case "ping":
      return "ping";
    case "invalid":
      return reading.problem;
  }
};
