import type { FailureReason } from "#shared/domain/failure-reason.ts";

/** Codes of OpenSSL's and Node's certificate checks that have a remedy of their own. */
const reasons: Readonly<Record<string, FailureReason>> = {
  CERT_HAS_EXPIRED: "tls_expired",
  CERT_NOT_YET_VALID: "tls_expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls_name_mismatch",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls_untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "tls_untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "tls_untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls_untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls_untrusted",
};

/** Why a TLS handshake failed, by its error code. */
export const tlsReason = (code: string): FailureReason => reasons[code] ?? "tls_failed";
