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

/** Names that mail servers use internally, some of which reach receivers and the ingest API. */
const mailServerNames = {
  reception: "injection",
  tempfail: "delay",
  inband: "bounce",
  permfail: "bounce",
  outofband: "out_of_band",
  rejection: "policy_rejection",
  genfail: "generation_failure",
  genrejection: "generation_rejection",
  feedback: "spam_complaint",
} as const satisfies Record<string, EventKey>;

const keyByType: ReadonlyMap<string, EventKey> = new Map<string, EventKey>([
  ...eventKeys.map((key) => [key, key] as const),
  ...Object.entries(mailServerNames),
]);

/**
 * Key under which an event with this `type` is routed; undefined for types outside the catalogue.
 *
 * Runs once per event of the stream, hence the single look-up, in a file that loads no descriptions.
 */
export const eventKeyOf = (rawType: string): EventKey | undefined => keyByType.get(rawType);

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
