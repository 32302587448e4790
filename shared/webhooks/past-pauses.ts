import type { Webhook, WebhookChange } from "./webhook.ts";

/**
 * Whether a webhook was paused at any time between two, Unix milliseconds. What is not known any more counts as it was at the
 * earliest time that is.
 *
 * @param changes those before the webhook's last, newest first
 */
export const wasPausedBetween = (
  { active, activeChangedAt }: Pick<Webhook, "active" | "activeChangedAt">,
  changes: readonly Pick<WebhookChange, "action" | "at">[],
  { from, to }: { readonly from: number; readonly to: number },
): boolean => {
  const last = activeChangedAt === undefined ? [] : [{ action: active ? "resumed" : "paused", at: activeChangedAt }];
  let wasActive = active;
  let until = Number.POSITIVE_INFINITY;
  for (const { action, at } of [...last, ...changes]) {
    if (action !== "paused" && action !== "resumed") continue;
    const since = Date.parse(at);
    if (!wasActive && since <= to && until >= from) return true;
    wasActive = action === "paused";
    until = since;
  }
  return !wasActive && until >= from;
};
