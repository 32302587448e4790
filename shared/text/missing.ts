const texts: ReadonlyMap<string, string> = new Map([
  ["created_later", "the webhook was created later, or less than a minute before"],
  ["paused", "the webhook was paused"],
  ["not_subscribed", "the webhook did not take such events then"],
  ["filtered", "the webhook's filter left it out"],
  ["no_batch_yet", "not in a batch yet; search again in a minute"],
  ["record_expired", "the batch's record has ended"],
]);

/** What a search waits for. */
export const searchWaitText = (wait: "turn" | "records"): string =>
  wait === "turn" ? "waits for a replay or another search that reads the stream" : "waits for what has just arrived";

/** Why there is no batch of an event for a webhook. */
export const missingText = (reason: string | undefined): string => texts.get(reason ?? "") ?? "nothing says why";

/** Why no webhook is named for an event that was looked up: a sub-account does not see those that are not its own any more. */
export const noWebhookText = ({ webhooks_total: total = 0 }: { readonly webhooks_total?: number }): string =>
  total === 0 ? "no webhook takes it" : "the webhooks that take it have been deleted or moved since";
