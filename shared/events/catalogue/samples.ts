import { isHealthType } from "./event-key.ts";
import { eventDefinitions } from "./event-definitions.ts";
import { type EventBody, type EventEnvelope, envelope } from "./event.ts";
import { sampleFields } from "./fields-of-event.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { type FieldName, fieldDictionary } from "./field-dictionary.ts";
import { systemFields } from "./fields/system-fields.ts";
import type { JsonValue } from "./field.ts";

/** Long decimal ids: the position of the key in the catalogue makes each sample's id its own. */
const firstEventId = 84_320_004_715_329_757n;

/** What is shown unless events are asked for by name: those that the original has. */
const shownKeys = eventKeys.filter((key) => !isHealthType(key));

/** One sample per requested event, in the order requested and as it would be delivered; the same at every call. */
export const samples = (keys: readonly EventKey[] = shownKeys): readonly EventEnvelope[] =>
  [...new Set(keys)].map((key) => envelope(eventDefinitions[key].eventClass, sampleBody(key)));

const sampleBody = (key: EventKey): EventBody =>
  Object.fromEntries(
    sampleFields(key).map((name) => [name, name === "event_id" ? sampleEventId(key) : sampleValue(key, name)]),
  );

const sampleEventId = (key: EventKey): string => String(firstEventId + BigInt(eventKeys.indexOf(key)));

const temporaryFailure = {
  bounce_class: "22",
  error_code: "452",
  num_retries: "1",
  queue_time: "301244",
  reason: "452 4.2.2 mailbox full",
  raw_reason: "452 4.2.2 <ann@example.org> mailbox full",
} as const satisfies EventBody;
const relayFailure = {
  delv_method: "rest",
  error_code: "503",
  reason: "503 service unavailable",
  raw_reason: "503 service unavailable",
} as const satisfies EventBody;
const noSubstitution = "554 5.6.0 substitution data lacks the value order";
const suppressed = "554 5.7.1 recipient address is suppressed";

const { winning_template_id: _winner, ...unfinishedTest } = systemFields.ab_test.sampleValue;

/** Samples that would mislead if they were the same for every event that has the field. */
const particular: Readonly<Partial<Record<EventKey, EventBody>>> = {
  delay: temporaryFailure,
  policy_rejection: {
    bounce_class: "54",
    error_code: "550",
    reason: "550 5.7.1 relaying denied",
    raw_reason: "550 5.7.1 relaying denied",
  },
  sms_status: { delv_method: "smpp", raw_reason: "000", reason: "delivered", routing_domain: "smsc.example.net" },
  generation_failure: { error_code: "554", reason: noSubstitution, raw_reason: noSubstitution, recv_method: "rest" },
  generation_rejection: {
    bounce_class: "25",
    error_code: "554",
    reason: suppressed,
    raw_reason: suppressed,
    recv_method: "rest",
  },
  link_unsubscribe: { target_link_name: "unsubscribe", target_link_url: "https://example.net/unsubscribe" },
  relay_rejection: {
    bounce_class: "51",
    reason: "550 5.7.1 looks like spam",
    raw_reason: "550 5.7.1 looks like spam",
  },
  relay_delivery: { delv_method: "rest" },
  relay_tempfail: relayFailure,
  relay_permfail: { ...relayFailure, num_retries: "8", queue_time: "28800512" },
  ab_test_cancelled: { ab_test: unfinishedTest },
};

/** Sample of a field as the given event would carry it. */
export const sampleValue = (key: EventKey, name: FieldName): JsonValue => {
  if (name === "type") return key;
  return particular[key]?.[name] ?? fieldDictionary[name].sampleValue;
};
