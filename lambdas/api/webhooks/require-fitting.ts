import type { Subaccount } from "#shared/domain/api/subaccount.ts";
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

/** Exceptions make sense only for a webhook of the primary account and all sub-accounts. */
export const requireFittingSubaccounts = (subaccount: Subaccount, exceptions: readonly number[] | undefined): void => {
  if (subaccount === "all" || exceptions === undefined || exceptions.length === 0) return;
  throw new RequestError(422, {
    message: "'exception_subaccounts' does not go with a webhook of one account",
    description: "It is for webhooks of the primary account and all sub-accounts.",
    code: "1301",
  });
};
