import { type FieldDocumentation, fieldDocumentation } from "./documentation.ts";
import { eventDefinitions } from "./event-definitions.ts";
import { documentedFields } from "./event-fields/fields-of-event.ts";
import { type EventKey, eventKeys } from "./event-key.ts";
import type { FieldName } from "./field-dictionary.ts";

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
  eventKeys.filter((key) => eventDefinitions[key].eventClass !== "ingest_event").map(ingestFields);

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
