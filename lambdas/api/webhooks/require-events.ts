import { RequestError } from "#shared/domain/errors.ts";
import type { EventsMode } from "#shared/domain/webhook.ts";

/** The events of a webhook: at least one, unless it takes all. */
export const requireEvents = (events: readonly string[] | undefined, mode: EventsMode): readonly string[] => {
  if (mode === "all") return events ?? [];
  if (events === undefined) {
    throw new RequestError(422, {
      message: "'events' is required",
      description: "'events' must be a list of event types, or 'events_mode' must be 'all'.",
      code: "1400",
    });
  }
  if (events.length === 0) {
    throw new RequestError(422, {
      message: "'events' must contain at least one event",
      description: "To take every type, also future ones, send 'events_mode': 'all'.",
      code: "1300",
    });
  }
  return events;
};
