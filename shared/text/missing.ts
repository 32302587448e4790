const texts: ReadonlyMap<string, string> = new Map([
  ["created_later", "the webhook was created later, or less than a minute before"],
  ["paused", "the webhook was paused"],
  ["not_subscribed", "the webhook did not take such events then"],
  ["filtered", "the webhook's filter left it out"],
  ["no_batch_yet", "not in a batch yet; search again in a minute"],
  ["record_expired", "the batch's record has ended"],
]);

/** Why there is no batch of an event for a webhook. */
export const missingText = (reason: string | undefined): string => texts.get(reason ?? "") ?? "nothing says why";
