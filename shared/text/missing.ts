import type { MissingReason } from "#shared/contract/words.ts";

const texts: Readonly<Record<MissingReason, string>> = {
  created_later: "the webhook was created later",
  paused: "the webhook was paused",
  not_subscribed: "the webhook did not take such events then",
  no_batch_yet: "not in a batch yet; look again in a minute",
  record_expired: "the batch's record has ended",
  unknown: "nothing says why",
};

/** Why there is no batch of an event for a webhook. */
export const missingText = (reason: MissingReason | undefined): string => texts[reason ?? "unknown"];
