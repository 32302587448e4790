import { type EventKey, eventKeys, healthEventKeys } from "#shared/contract/words.ts";

const known: ReadonlySet<string> = new Set(eventKeys);

/** Whether a text is an event key; names that only the mail server uses are not. */
export const isEventKey = (text: string): text is EventKey => known.has(text);

const healthTypes: ReadonlySet<string> = new Set(healthEventKeys);

/** Class of events about webhooks. */
export const healthClass = "webhook_event";

/** Whether an event of this type is about a webhook: those go to webhooks that name them, and only Tidepost writes them. */
export const isHealthType = (type: string): boolean => healthTypes.has(type);

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
