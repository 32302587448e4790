import { type EventClass, type EventKey, eventKeys } from "#shared/contract/words.ts";
import { eventClasses } from "./event.ts";
import { eventDefinitions } from "./event-definitions.ts";
import { documentedFields } from "./fields-of-event.ts";
import { type FieldName, fieldDictionary } from "./field-dictionary.ts";
import type { JsonValue } from "./field.ts";
import { sesFields } from "./ses-fields.ts";
import { sampleValue } from "./samples.ts";

/** A field as the documentation routes show it; clients infer its type from the sample. */
interface FieldDocumentation {
  readonly description: string;
  readonly sampleValue: JsonValue;
}

interface EventDocumentation {
  readonly display_name: string;
  readonly description: string;
  readonly event: Readonly<Record<string, FieldDocumentation>>;
}

interface ClassDocumentation {
  readonly display_name: string;
  readonly description: string;
  readonly events: Readonly<Record<string, EventDocumentation>>;
}

/** Documentation of one field of one event. */
const fieldDocumentation = (key: EventKey, name: FieldName): FieldDocumentation => {
  const { description, onPremisesOnly } = fieldDictionary[name];
  const remarks = [
    ...(onPremisesOnly === true ? ["On-premises only."] : []),
    ...(sesFields(key).includes(name) ? ["Amazon SES also gives it."] : []),
  ];
  return {
    description: [description, ...remarks].join(" "),
    sampleValue: sampleValue(key, name),
  };
};

/** The whole catalogue by event class, as `GET /webhooks/events/documentation` answers it. */
export const documentation = (): Readonly<Record<EventClass, ClassDocumentation>> =>
  Object.fromEntries(
    Object.entries(eventClasses).map(([eventClass, { displayName, description }]) => [
      eventClass,
      { display_name: displayName, description, events: eventsOf(eventClass) },
    ]),
  ) as Record<EventClass, ClassDocumentation>;

const eventsOf = (eventClass: string): ClassDocumentation["events"] =>
  Object.fromEntries(
    eventKeys
      .filter((key) => eventDefinitions[key].eventClass === eventClass)
      .map((key) => [key, eventDocumentation(key)]),
  );

const eventDocumentation = (key: EventKey): EventDocumentation => {
  const { displayName, description } = eventDefinitions[key];
  return {
    display_name: displayName,
    description: sesFields(key).length === 0 ? description : `${description} Amazon SES also reports it.`,
    event: Object.fromEntries(documentedFields(key).map((name) => [name, fieldDocumentation(key, name)])),
  };
};

interface IngestFieldDocumentation extends FieldDocumentation {
  /** Whether a producer has to send the field. */
  readonly required: boolean;
  /** Whether reports are usually grouped or filtered by the field. */
  readonly reporting: boolean;
}

const requiredFields: ReadonlySet<FieldName> = new Set(["type", "timestamp", "event_id", "message_id"]);
const reportingFields: ReadonlySet<FieldName> = new Set([
  "type",
  "timestamp",
  "subaccount_id",
  "campaign_id",
  "template_id",
  "recipient_domain",
  "routing_domain",
  "mailbox_provider",
  "mailbox_provider_region",
  "binding",
  "binding_group",
  "ip_pool",
  "sending_ip",
  "bounce_class",
  "reason",
  "num_retries",
  "queue_time",
  "ab_test_id",
  "ab_test_version",
  "target_link_name",
  "target_link_url",
]);

/**
 * Fields of each event that producers upload, as `GET /ingest/events/documentation` answers them: one object per event.
 *
 * The flags are those of the upload contract, which wants a delivery method or, failing that, a reception method too.
 * Ingest itself refuses only events without a type, so that no producer loses events over a field nobody reads.
 */
export const ingestDocumentation = (): readonly Readonly<Record<string, IngestFieldDocumentation>>[] =>
  eventKeys.filter((key) => !notUploaded.has(eventDefinitions[key].eventClass)).map(ingestFields);

/** What tells how an upload ended, and what Tidepost itself tells. */
const notUploaded: ReadonlySet<EventClass> = new Set(["ingest_event", "webhook_event"]);

const ingestFields = (key: EventKey): Readonly<Record<string, IngestFieldDocumentation>> => {
  const names = documentedFields(key);
  const method: FieldName = names.includes("delv_method") ? "delv_method" : "recv_method";
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...fieldDocumentation(key, name),
        required: requiredFields.has(name) || name === method,
        reporting: reportingFields.has(name),
      },
    ]),
  );
};
