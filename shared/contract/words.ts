/** The words of the API, the console and the command line, each list once. What is added here is known to all of them. */

/**
 * Where a batch stands. Parked: it waits because its webhook is paused or its breaker is open. Split: smaller batches have
 * taken its place.
 */
export const batchStates = ["sending", "retrying", "parked", "split", "delivered", "expired"] as const;
export type BatchState = (typeof batchStates)[number];

/** What closed a batch: its webhook's number of events or of bytes, the end of the window, or that a larger one was split. */
export const closedBy = ["count", "bytes", "window", "split"] as const;
export type ClosedBy = (typeof closedBy)[number];

/** How an attempt ended. */
export const attemptOutcomes = ["delivered", "failed"] as const;

/** Why an outbound POST did not get a 2xx answer. Stable words: they appear in the API, the console and the logs. */
export const failureReasons = [
  "invalid_target",
  "address_refused",
  "dns_failed",
  "dns_timeout",
  "connect_timeout",
  "connect_failed",
  "tls_expired",
  "tls_name_mismatch",
  "tls_untrusted",
  "tls_failed",
  "connection_reset",
  "upload_timeout",
  "response_timeout",
  "invalid_response",
  "http_3xx",
  "auth_rejected",
  "http_413",
  "http_429",
  "http_4xx",
  "http_5xx",
  "http_other",
  "token_failed",
] as const;

export type FailureReason = (typeof failureReasons)[number];

/**
 * Why what was left of a window expired. Backlog: a day has passed, although the target took one batch after the other.
 */
export const expiryReasons = ["retry_window", "backlog", "webhook_deleted", "unreadable"] as const;
export type ExpiryReason = (typeof expiryReasons)[number];

/** Status of a webhook. Parked: its breaker is open. Failed: a batch waits for a retry, or the last one to end expired. */
export const webhookStates = ["pending", "ok", "failed", "parked", "paused"] as const;
export type WebhookState = (typeof webhookStates)[number];

/** What lists of webhooks can be sorted by. State: what needs attention first. */
export const webhookSorts = ["created", "name", "target", "state", "last_successful", "last_failure"] as const;
export type WebhookSort = (typeof webhookSorts)[number];

/** Why a webhook is in its state: a failed POST, or what no POST has brought about. */
export const stateReasons = [...failureReasons, "paused", "expired", "retrying", "no_batch_yet"] as const;
export type StateReason = (typeof stateReasons)[number];

/** Where a replay stands. Failed: its webhook was deleted, or the stream dropped records before they could be read. */
export const replayStates = ["running", "finished", "cancelled", "failed"] as const;
export type ReplayState = (typeof replayStates)[number];

export const replayFailures = ["webhook_deleted", "records_dropped"] as const;
export type ReplayFailure = (typeof replayFailures)[number];

/**
 * Batches that a replay forms or sends again instead of all events of a time: those that expired; those whose last attempt
 * failed, expired or waiting; all that have not been delivered.
 */
export const replayChoices = ["expired", "failed", "undelivered"] as const;
export type ReplayChoice = (typeof replayChoices)[number];

/** Where a search for events stands. */
export const searchStates = ["running", "finished", "cancelled"] as const;
export type SearchState = (typeof searchStates)[number];

/** What a search waits for. Turn: a replay or another search reads the shard. Records: the latest may not be readable yet. */
export const searchWaits = ["turn", "records"] as const;
export type SearchWait = (typeof searchWaits)[number];

/**
 * Why there is no batch of an event for a webhook that takes it. Not subscribed: it takes such events now, and did not when the
 * event came. No batch yet: its window is open, or its batch waits for a first turn.
 */
export const missingReasons = [
  "created_later",
  "paused",
  "not_subscribed",
  "filtered",
  "no_batch_yet",
  "record_expired",
  "unknown",
] as const;
export type MissingReason = (typeof missingReasons)[number];

/** How far a test POST came, in the order of its phases. */
export const probeStages = ["resolve", "connect", "tls", "token", "upload", "wait", "response"] as const;
export type ProbeStage = (typeof probeStages)[number];

/** What became of a webhook by a change. */
export const changeActions = ["created", "updated", "paused", "resumed", "secret_rotated", "deleted"] as const;
export type ChangeAction = (typeof changeActions)[number];

/** How a field differs after a change. */
export const differenceKinds = ["set", "changed", "removed"] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** What an API key may do. `webhooks/modify` includes `webhooks/view`. */
export const grants = [
  "webhooks/view",
  "webhooks/modify",
  "ingest/write",
  "api_keys/manage",
  "portal_links/manage",
] as const;
export type Grant = (typeof grants)[number];

/** What a portal session may do: what the console is for, and never keys or links, which would outlive it. */
export const portalGrants = ["webhooks/view", "webhooks/modify"] as const satisfies readonly Grant[];
export type PortalGrant = (typeof portalGrants)[number];

/** Where a portal link stands. Expired: nobody opened it in time. Ended: its session has, by time or by signing out. */
export const portalLinkStates = ["unopened", "open", "ended", "expired"] as const;
export type PortalLinkState = (typeof portalLinkStates)[number];

/** Which events a webhook takes: those it names, or every type there is and will be. */
export const eventsModes = ["selected", "all"] as const;
export type EventsMode = (typeof eventsModes)[number];

/** How POSTs authenticate at the target, besides token and custom headers. */
export const authTypes = ["none", "basic", "oauth2"] as const;
export type AuthType = (typeof authTypes)[number];

/** How the request for an OAuth 2.0 token is sent. */
export const tokenContentTypes = ["application/x-www-form-urlencoded", "application/json"] as const;

/** How the bodies of POSTs are compressed. */
export const compressions = ["none", "gzip", "zstd"] as const;
export type Compression = (typeof compressions)[number];

/** Events about webhooks, which Tidepost itself puts on the stream. A webhook takes those that it names; "all" has none of them. */
export const healthEventKeys = [
  "webhook_failing",
  "webhook_recovered",
  "batch_at_risk",
  "batch_expired",
  "webhook_changed",
] as const;
export type HealthEventKey = (typeof healthEventKeys)[number];

/** Events that producers send, as the original has them. */
const producedEventKeys = [
  "injection",
  "delivery",
  "bounce",
  "delay",
  "out_of_band",
  "policy_rejection",
  "spam_complaint",
  "sms_status",
  "open",
  "click",
  "initial_open",
  "amp_open",
  "amp_click",
  "amp_initial_open",
  "generation_failure",
  "generation_rejection",
  "list_unsubscribe",
  "link_unsubscribe",
  "relay_injection",
  "relay_rejection",
  "relay_delivery",
  "relay_tempfail",
  "relay_permfail",
  "ab_test_completed",
  "ab_test_cancelled",
  "success",
  "error",
  "ad_status",
  "ad_adjust",
] as const;

/** Every event key that a webhook can subscribe to, in the order of documentation and samples. */
export const eventKeys = [...producedEventKeys, ...healthEventKeys] as const;
export type EventKey = (typeof eventKeys)[number];

/** The keys that an on-premises `webhooks.json` may list. */
export const onPremisesEventKeys = [
  "injection",
  "delivery",
  "bounce",
  "delay",
  "out_of_band",
  "policy_rejection",
  "spam_complaint",
  "sms_status",
  "open",
  "click",
  "generation_failure",
  "generation_rejection",
  "list_unsubscribe",
  "link_unsubscribe",
  "ad_status",
  "ad_adjust",
] as const satisfies readonly EventKey[];

/** Event classes: the single key under `msys` in a delivered event. */
export const eventClassKeys = [
  "message_event",
  "track_event",
  "gen_event",
  "unsubscribe_event",
  "relay_event",
  "ab_test_event",
  "ingest_event",
  "adaptive_event",
  "webhook_event",
] as const;
export type EventClass = (typeof eventClassKeys)[number];
