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

/** Reason for an answer outside 2xx. */
export const reasonForStatus = (status: number): FailureReason => {
  if (status >= 300 && status < 400) return "http_3xx";
  if (status === 401 || status === 403) return "auth_rejected";
  if (status === 413) return "http_413";
  if (status === 429) return "http_429";
  if (status >= 400 && status < 500) return "http_4xx";
  if (status >= 500 && status < 600) return "http_5xx";
  return "http_other";
};
