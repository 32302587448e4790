import type { BatchState, ClosedBy, StateReason, WebhookState } from "#shared/contract/words.ts";

/** A webhook's state in a word. */
export const stateTexts: Readonly<Record<WebhookState, string>> = {
  ok: "OK",
  pending: "Pending",
  failed: "Failed",
  parked: "Parked",
  paused: "Paused",
};

/** Why a POST failed, or a webhook is in its state, in a few words. */
const reasonTexts: Readonly<Record<StateReason, string>> = {
  address_refused: "target's address is not public",
  auth_rejected: "target refuses the credentials",
  connect_failed: "nothing listens at the target",
  connect_timeout: "target cannot be reached",
  connection_reset: "target closed the connection",
  dns_failed: "host name does not resolve",
  dns_timeout: "host name look-up timed out",
  expired: "batches expired",
  http_3xx: "target redirects",
  http_413: "body too large for the target",
  http_429: "target asks to slow down",
  http_4xx: "target answers 4xx",
  http_5xx: "target answers 5xx",
  http_other: "target answers outside the HTTP standard",
  invalid_response: "target does not speak HTTP",
  invalid_target: "target is not a URL that can be called",
  no_batch_yet: "no batch yet",
  paused: "by its owner",
  response_timeout: "no answer in 6 s",
  retrying: "a batch waits for its next attempt",
  tls_expired: "certificate has expired",
  tls_failed: "TLS handshake failed",
  tls_name_mismatch: "certificate is for another name",
  tls_untrusted: "certificate is not trusted",
  token_failed: "no access token",
  upload_timeout: "target reads too slowly",
};

/** Why something is so, in a few words; a reason that this console does not know yet is shown as it is. */
export const reasonText = (reason: string): string => texts.get(reason) ?? reason.replaceAll("_", " ");

const texts: ReadonlyMap<string, string> = new Map(Object.entries(reasonTexts));

/** A batch's state in a word. */
export const batchStateTexts: Readonly<Record<BatchState, string>> = {
  sending: "Sending",
  retrying: "Retrying",
  parked: "Parked",
  split: "Split",
  delivered: "Delivered",
  expired: "Expired",
};

/** Why a batch was closed, in a few words. */
export const closedByTexts: Readonly<Record<ClosedBy, string>> = {
  count: "full by events",
  bytes: "full by bytes",
  window: "end of window",
  split: "half of a split batch",
};
