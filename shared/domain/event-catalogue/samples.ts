import { eventDefinitions } from "./event-definitions.ts";
import { type EventBody, type EventEnvelope, envelope } from "./event-envelope.ts";
import { sampleFields } from "./event-fields/fields-of-event.ts";
import { type EventKey, eventKeys } from "./event-key.ts";
import { sampleValue } from "./sample-value.ts";

/** Long decimal ids: the position of the key in the catalogue makes each sample's id its own. */
const firstEventId = 84_320_004_715_329_757n;

/** One sample per requested event, in the order requested and as it would be delivered; the same at every call. */
export const samples = (keys: readonly EventKey[] = eventKeys): readonly EventEnvelope[] =>
  [...new Set(keys)].map((key) => envelope(eventDefinitions[key].eventClass, sampleBody(key)));

const sampleBody = (key: EventKey): EventBody =>
  Object.fromEntries(
    sampleFields(key).map((name) => [name, name === "event_id" ? sampleEventId(key) : sampleValue(key, name)]),
  );

const sampleEventId = (key: EventKey): string => String(firstEventId + BigInt(eventKeys.indexOf(key)));
