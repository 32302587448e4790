import type { HealthEventKey } from "#shared/contract/words.ts";
import { type EventRow, fieldSets } from "../field-sets.ts";

const about = [...fieldSets.core, "subaccount_id", "webhook_id", "webhook_name"] as const;
const batch = ["webhook_batch_id", "batch_events"] as const;

/** A row of fields that no other product has. */
const rowOf = (fields: EventRow["added2021"]): EventRow => ({
  onPremises: [],
  added2016: [],
  added2021: fields,
  added2026: [],
});

/** Rows of `webhook_event`. */
export const healthRows: Readonly<Record<HealthEventKey, EventRow>> = {
  webhook_failing: rowOf([...about, "failure_reason", "failing_since"]),
  webhook_recovered: rowOf([...about, "failing_since"]),
  batch_at_risk: rowOf([...about, ...batch, "first_attempt_at", "expires_at"]),
  batch_expired: rowOf([...about, ...batch, "first_attempt_at"]),
  webhook_changed: rowOf([
    ...about,
    "change_action",
    "changed_fields",
    "changed_by_key_id",
    "changed_by_key_label",
    "changed_by_portal_link_id",
  ]),
};
