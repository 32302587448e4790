import type { EventKey } from "#shared/contract/words.ts";
import { type EventRow, fieldSets } from "../field-sets.ts";

const { bindings, core, failure, queue, relay, sending } = fieldSets;
const relayAdded2021 = ["injection_time", "message_id", "origination", "rcpt_hash"] as const;

const abTestRow = {
  onPremises: [],
  added2016: [],
  added2021: [...core, "ab_test", "subaccount_id"],
  added2026: [],
} as const satisfies EventRow;

/** Rows of `relay_event`, `ab_test_event`, `ingest_event` and `adaptive_event`. */
export const systemRows = {
  relay_injection: {
    onPremises: [...relay, ...bindings, "msg_size", "rcpt_to", "routing_domain"],
    added2016: [...sending, "raw_rcpt_to", "subaccount_id"],
    added2021: relayAdded2021,
    added2026: [],
  },
  relay_rejection: {
    onPremises: [...relay, ...failure, "rcpt_to", "remote_addr"],
    added2016: ["bounce_class", "raw_rcpt_to", "sending_ip", "subaccount_id"],
    added2021: relayAdded2021,
    added2026: [],
  },
  relay_delivery: {
    onPremises: [...relay, ...bindings, ...queue, "delv_method", "routing_domain"],
    added2016: [...sending, "subaccount_id"],
    added2021: [...relayAdded2021, "raw_rcpt_to", "rcpt_to"],
    added2026: [],
  },
  relay_tempfail: {
    onPremises: [...relay, ...bindings, ...failure, ...queue, "delv_method", "routing_domain"],
    added2016: [...sending, "subaccount_id"],
    added2021: [...relayAdded2021, "raw_rcpt_to", "rcpt_to"],
    added2026: [],
  },
  relay_permfail: {
    onPremises: [...relay, ...bindings, ...failure, ...queue, "delv_method", "routing_domain"],
    added2016: [...sending, "subaccount_id"],
    added2021: [...relayAdded2021, "outbound_tls", "raw_rcpt_to", "rcpt_to"],
    added2026: [],
  },
  ab_test_completed: abTestRow,
  ab_test_cancelled: abTestRow,
  success: {
    onPremises: [],
    added2016: [],
    added2021: [...core, "batch_id", "expiration_timestamp", "number_duplicates", "number_succeeded", "subaccount_id"],
    added2026: [],
  },
  error: {
    onPremises: [],
    added2016: [],
    added2021: [
      ...core,
      "batch_id",
      "error_type",
      "expiration_timestamp",
      "href",
      "number_duplicates",
      "number_failed",
      "number_succeeded",
      "retryable",
      "subaccount_id",
    ],
    added2026: [],
  },
  ad_status: {
    onPremises: [
      ...core,
      "action",
      "binding",
      "node_name",
      "routing_domain",
      "rule",
      "scope",
      "start",
      "status",
      "stop",
      "subaccount_id",
      "trigger",
    ],
    added2016: [],
    added2021: [],
    added2026: [],
  },
  ad_adjust: {
    onPremises: [...core, "binding", "node_name", "opt_value", "option", "routing_domain", "scope", "subaccount_id"],
    added2016: [],
    added2021: [],
    added2026: [],
  },
} as const satisfies Partial<Record<EventKey, EventRow>>;
