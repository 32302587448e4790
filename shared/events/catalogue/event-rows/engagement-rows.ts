import type { EventKey } from "#shared/contract/words.ts";
import type { FieldName } from "../field-dictionary.ts";
import { type EventRow, fieldSets } from "../field-sets.ts";

const { abTest, mail, queue, recipient, times, tracking } = fieldSets;
const added2021 = [
  ...queue,
  ...abTest,
  ...tracking,
  ...recipient,
  ...times,
  "friendly_from",
  "ip_pool",
  "msg_from",
  "msg_size",
  "routing_domain",
  "subject",
] as const;
const added2026 = ["mailbox_provider", "mailbox_provider_region", "user_agent_parsed"] as const;

const open = {
  onPremises: [...mail, "delv_method", "geo_ip", "ip_address", "node_name", "user_agent"],
  added2016: ["sending_ip"],
  added2021,
  added2026,
} as const satisfies EventRow;

const click = {
  onPremises: [
    ...mail,
    "accept_language",
    "delv_method",
    "geo_ip",
    "ip_address",
    "node_name",
    "target_link_name",
    "target_link_url",
    "user_agent",
  ],
  added2016: ["sending_ip"],
  added2021,
  added2026,
} as const satisfies EventRow;

/** Row of an event that only the cloud has: that of its on-premises model without some fields. */
const cloudVariant = (model: EventRow, without: readonly FieldName[]): EventRow => ({
  onPremises: [],
  added2016: [],
  added2021: [...model.onPremises, ...model.added2016, ...model.added2021].filter((name) => !without.includes(name)),
  added2026: model.added2026,
});

/** Rows of `track_event`. */
export const engagementRows = {
  open,
  click,
  initial_open: cloudVariant(open, ["node_name"]),
  amp_open: cloudVariant(open, ["node_name"]),
  amp_click: cloudVariant(click, ["node_name", "accept_language"]),
  amp_initial_open: cloudVariant(open, ["node_name"]),
} as const satisfies Partial<Record<EventKey, EventRow>>;
