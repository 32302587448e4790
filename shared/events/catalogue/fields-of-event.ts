import { type EventKey, onPremisesEventKeys } from "#shared/contract/words.ts";
import { type FieldName, fieldDictionary } from "./field-dictionary.ts";
import { engagementRows } from "./event-rows/engagement-rows.ts";
import type { EventRow } from "./field-sets.ts";
import { healthRows } from "./event-rows/health-rows.ts";
import { messageRows } from "./event-rows/message-rows.ts";
import { requestRows } from "./event-rows/request-rows.ts";
import { systemRows } from "./event-rows/system-rows.ts";

/** Fields that a cloud event lacks although the rest of the cloud has them. */
const missingInCloud: Readonly<Partial<Record<EventKey, readonly FieldName[]>>> = { relay_rejection: ["sending_ip"] };

/** Every field that an event is known to carry, on-premises or in the cloud. */
export const documentedFields = (key: EventKey): readonly FieldName[] => {
  const { onPremises, added2016, added2021, added2026 } = eventRows[key];
  return [...onPremises, ...added2016, ...added2021, ...added2026];
};

/** Fields, as of 2021, of an event that only the cloud has. */
const cloudFields = (key: EventKey): readonly FieldName[] => {
  const { onPremises, added2016, added2021 } = eventRows[key];
  const missing = missingInCloud[key] ?? [];
  return [...onPremises, ...added2016, ...added2021].filter(
    (name) => fieldDictionary[name].onPremisesOnly !== true && !missing.includes(name),
  );
};

const onPremises: ReadonlySet<EventKey> = new Set(onPremisesEventKeys);

/** Fields of an event's sample: those of an on-premises server where it has the event, else those of the cloud. */
export const sampleFields = (key: EventKey): readonly FieldName[] =>
  onPremises.has(key) ? eventRows[key].onPremises : cloudFields(key);

/** Fields of every event by origin. */
const eventRows: Readonly<Record<EventKey, EventRow>> = {
  ...messageRows,
  ...engagementRows,
  ...requestRows,
  ...systemRows,
  ...healthRows,
};
