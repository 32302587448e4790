/** Every event key that a webhook can subscribe to, in the order of documentation and samples. */
export const eventKeys = [
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
  "initial_open",
  "amp_open",
  "amp_click",
  "amp_initial_open",
  "generation_failure",
  "generation_rejection",
  "list_unsubscribe",
  "link_unsubscribe",
  "relay_injection",
  "relay_rejection",
  "relay_delivery",
  "relay_tempfail",
  "relay_permfail",
  "ab_test_completed",
  "ab_test_cancelled",
  "success",
  "error",
  "ad_status",
  "ad_adjust",
] as const;

export type EventKey = (typeof eventKeys)[number];

const known: ReadonlySet<string> = new Set(eventKeys);

/** Whether a text is an event key; names that only the mail server uses are not. */
export const isEventKey = (text: string): text is EventKey => known.has(text);
