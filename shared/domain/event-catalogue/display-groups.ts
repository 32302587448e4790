import type { OnPremisesEventKey } from "./on-premises-event-keys.ts";

interface DisplayGroup {
  readonly name: string;
  readonly choices: readonly { readonly key: OnPremisesEventKey; readonly label: string }[];
}

/** Check-box groups of the webhook form that Momentum's users know; events outside of it have no group there. */
export const displayGroups: readonly DisplayGroup[] = [
  {
    name: "Message Events",
    choices: [
      { key: "delivery", label: "Delivery" },
      { key: "injection", label: "Injection" },
      { key: "policy_rejection", label: "Policy Rejection" },
      { key: "bounce", label: "Bounce" },
      { key: "out_of_band", label: "Out of Band" },
      { key: "delay", label: "Delay" },
      { key: "spam_complaint", label: "Spam Complaint" },
    ],
  },
  {
    name: "Generation Events",
    choices: [
      { key: "generation_rejection", label: "Generation Rejection" },
      { key: "generation_failure", label: "Generation Failure" },
    ],
  },
  {
    name: "Engagement Events",
    choices: [
      { key: "click", label: "Click" },
      { key: "open", label: "Open" },
    ],
  },
  {
    name: "Adaptive Delivery",
    choices: [
      { key: "ad_status", label: "Status" },
      { key: "ad_adjust", label: "Adjustment" },
    ],
  },
];
