import type { EventKey } from "./event-key.ts";

/** The keys that an on-premises `webhooks.json` may list. */
export const onPremisesEventKeys = [
  "injection",
  "delivery",
  "bounce",
  "delay",
  "out_of_band",
  "policy_rejection",
  "spam_complaint",
  "sms_status",
  "open",
  "click",
  "generation_failure",
  "generation_rejection",
  "list_unsubscribe",
  "link_unsubscribe",
  "ad_status",
  "ad_adjust",
] as const satisfies readonly EventKey[];

export type OnPremisesEventKey = (typeof onPremisesEventKeys)[number];
