import type { EventClass, EventKey } from "#shared/contract/words.ts";

interface EventDefinition {
  readonly eventClass: EventClass;
  readonly displayName: string;
  readonly description: string;
}

/** Class, display name and meaning of every event. */
export const eventDefinitions: Readonly<Record<EventKey, EventDefinition>> = {
  injection: {
    eventClass: "message_event",
    displayName: "Injection",
    description: "The mail server accepted a message for sending, over SMTP or the REST API.",
  },
  delivery: {
    eventClass: "message_event",
    displayName: "Delivery",
    description: "The receiving mail server, SMS centre or push gateway took the message.",
  },
  bounce: {
    eventClass: "message_event",
    displayName: "Bounce",
    description: "The receiving server refused the message for good while it was being handed over.",
  },
  delay: {
    eventClass: "message_event",
    displayName: "Delay",
    description:
      "The receiving server refused the message temporarily. Delivery is tried again; a message can have several.",
  },
  out_of_band: {
    eventClass: "message_event",
    displayName: "Out of Band",
    description:
      "A bounce mail came back after the receiving server had accepted the message. Follows a delivery event.",
  },
  policy_rejection: {
    eventClass: "message_event",
    displayName: "Policy Rejection",
    description: "A local policy refused the message, or stopped it before it was built.",
  },
  spam_complaint: {
    eventClass: "message_event",
    displayName: "Spam Complaint",
    description: "A feedback-loop report arrived: the recipient marked the message as spam.",
  },
  sms_status: {
    eventClass: "message_event",
    displayName: "SMS Status",
    description: "A delivery receipt or another status came back for an SMS. These events have no event_id.",
  },
  open: {
    eventClass: "track_event",
    displayName: "Open",
    description:
      "The tracking pixel at the end of the message was fetched. Mail proxies may fetch it without a reader.",
  },
  click: {
    eventClass: "track_event",
    displayName: "Click",
    description: "A tracked link of the message was followed, by the recipient or by a link scanner.",
  },
  initial_open: {
    eventClass: "track_event",
    displayName: "Initial Open",
    description:
      "The tracking pixel at the top of the message was fetched. One reading can cause this and an open event: " +
      "adding the two up counts it twice.",
  },
  amp_open: {
    eventClass: "track_event",
    displayName: "AMP Open",
    description: "The pixel at the end of the message's AMP part was fetched.",
  },
  amp_click: {
    eventClass: "track_event",
    displayName: "AMP Click",
    description: "A tracked link of the message's AMP part was followed.",
  },
  amp_initial_open: {
    eventClass: "track_event",
    displayName: "AMP Initial Open",
    description:
      "The pixel at the top of the message's AMP part was fetched. One reading can cause this and an amp_open event: " +
      "adding the two up counts it twice.",
  },
  generation_failure: {
    eventClass: "gen_event",
    displayName: "Generation Failure",
    description: "The message for one recipient could not be built, for example for a broken template or address.",
  },
  generation_rejection: {
    eventClass: "gen_event",
    displayName: "Generation Rejection",
    description: "A policy refused to build the message, for example because the recipient is suppressed.",
  },
  list_unsubscribe: {
    eventClass: "unsubscribe_event",
    displayName: "List Unsubscribe",
    description: "The recipient used the unsubscribe control that the mail program shows for the message.",
  },
  link_unsubscribe: {
    eventClass: "unsubscribe_event",
    displayName: "Link Unsubscribe",
    description: "The recipient followed an unsubscribe link in the message's text.",
  },
  relay_injection: {
    eventClass: "relay_event",
    displayName: "Relay Injection",
    description: "Mail for an inbound domain arrived and waits for its hand-over to the HTTP endpoint.",
  },
  relay_rejection: {
    eventClass: "relay_event",
    displayName: "Relay Rejection",
    description: "Mail for an inbound domain was refused or could not be converted.",
  },
  relay_delivery: {
    eventClass: "relay_event",
    displayName: "Relay Delivery",
    description: "The HTTP endpoint took the relayed mail.",
  },
  relay_tempfail: {
    eventClass: "relay_event",
    displayName: "Relay Temporary Failure",
    description: "The HTTP endpoint refused the relayed mail temporarily; it is tried again.",
  },
  relay_permfail: {
    eventClass: "relay_event",
    displayName: "Relay Permanent Failure",
    description: "The HTTP endpoint never took the relayed mail; it was dropped after the last try.",
  },
  ab_test_completed: {
    eventClass: "ab_test_event",
    displayName: "AB Test Completion",
    description: "An A/B test came to its end and may have a winner.",
  },
  ab_test_cancelled: {
    eventClass: "ab_test_event",
    displayName: "AB Test Cancellation",
    description: "An A/B test was stopped before its end.",
  },
  success: {
    eventClass: "ingest_event",
    displayName: "Success",
    description: "An uploaded set of events was processed.",
  },
  error: {
    eventClass: "ingest_event",
    displayName: "Error",
    description: "An uploaded set of events failed, wholly or in part.",
  },
  ad_status: {
    eventClass: "adaptive_event",
    displayName: "Adaptive Delivery Status",
    description:
      "A provider's response fired an adaptive rule, and the mail server now slows down or suspends sending.",
  },
  ad_adjust: {
    eventClass: "adaptive_event",
    displayName: "Adaptive Delivery Adjustment",
    description: "The mail server changed one of its sending options, by an adaptive rule or automatic tuning.",
  },
  webhook_failing: {
    eventClass: "webhook_event",
    displayName: "Webhook Failing",
    description:
      "A webhook's target has failed several times in a row, and its batches wait. At most once an hour for each webhook.",
  },
  webhook_recovered: {
    eventClass: "webhook_event",
    displayName: "Webhook Recovered",
    description: "The target of a webhook that was reported as failing takes batches again.",
  },
  batch_at_risk: {
    eventClass: "webhook_event",
    displayName: "Batch at Risk",
    description:
      "A batch has waited for half of the time after which it expires. At most once an hour for each webhook, for one of its " +
      "batches.",
  },
  batch_expired: {
    eventClass: "webhook_event",
    displayName: "Batch Expired",
    description:
      "A batch, or what was left of a window, was not delivered in time, and Tidepost has given it up. It can be recovered " +
      "while the stream keeps its events.",
  },
  webhook_changed: {
    eventClass: "webhook_event",
    displayName: "Webhook Changed",
    description: "Somebody created, changed, paused, resumed or deleted a webhook, or rotated its secret.",
  },
};
