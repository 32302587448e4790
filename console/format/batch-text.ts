import type { ClosedBy } from "#shared/contract/delivery-message.ts";
import type { BatchState } from "#shared/delivery/record.ts";

/** A batch's state in a word. */
export const batchStateTexts: Readonly<Record<BatchState, string>> = {
  sending: "Sending",
  retrying: "Retrying",
  parked: "Parked",
  split: "Split",
  delivered: "Delivered",
  expired: "Expired",
};

/** Why a batch was closed, in a few words. */
export const closedByTexts: Readonly<Record<ClosedBy, string>> = {
  count: "full by events",
  bytes: "full by bytes",
  window: "end of window",
  split: "half of a split batch",
};

/** The beginning of an id, where a whole one has no room. */
export const shortId = (id: string): string => id.slice(0, 8);
