import type { EventKey } from "#shared/contract/words.ts";
import { type EventRow, fieldSets } from "../field-sets.ts";

const { abTest, generation, mail, queue, recipient, sending, times, tracking } = fieldSets;
const added2026 = ["mailbox_provider", "mailbox_provider_region"] as const;

/** Rows of `gen_event` and `unsubscribe_event`. */
export const requestRows = {
  generation_failure: {
    onPremises: generation,
    added2016: [...sending, "friendly_from", "raw_rcpt_to", "subaccount_id"],
    added2021: [...abTest, ...recipient, "scheduled_time"],
    added2026,
  },
  generation_rejection: {
    onPremises: generation,
    added2016: [...sending, "bounce_class", "friendly_from", "raw_rcpt_to", "subaccount_id", "subject"],
    added2021: [...abTest, ...recipient, "scheduled_time"],
    added2026,
  },
  list_unsubscribe: {
    onPremises: [...mail, "friendly_from", "mailfrom"],
    added2016: ["sending_ip"],
    added2021: [
      ...queue,
      ...abTest,
      ...tracking,
      ...recipient,
      ...times,
      "ip_address",
      "ip_pool",
      "msg_from",
      "msg_size",
      "recv_method",
      "routing_domain",
      "subject",
    ],
    added2026,
  },
  link_unsubscribe: {
    onPremises: [...mail, "friendly_from", "mailfrom", "user_agent"],
    added2016: ["sending_ip"],
    added2021: [
      ...queue,
      ...abTest,
      ...tracking,
      ...recipient,
      ...times,
      "delv_method",
      "ip_address",
      "ip_pool",
      "msg_from",
      "msg_size",
      "recv_method",
      "routing_domain",
      "subject",
      "target_link_name",
      "target_link_url",
    ],
    added2026,
  },
} as const satisfies Partial<Record<EventKey, EventRow>>;
