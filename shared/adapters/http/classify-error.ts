import type { FailureReason } from "#shared/contract/words.ts";

export interface Failure {
  readonly reason: FailureReason;
  /** Error code in the form that Node uses, such as `ECONNREFUSED`. */
  readonly errorCode: string;
}

/** The code of an error; of the first attempt where several addresses were tried. */
export const errorCodeOf = (error: unknown): string => {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return errorCodeOf(error.errors[0]);
  return "UNKNOWN";
};

/** TLS errors may also come after the handshake: in TLS 1.3 a server refuses a client only then. */
const isTlsCode = (code: string): boolean => code === "EPROTO" || code.startsWith("ERR_SSL_");

/** undici gives its parser's errors no code; the other codes of its own that can come here are about framing. */
const isFramingError = (error: unknown, code: string): boolean =>
  code.startsWith("UND_ERR_") || (error instanceof Error && error.name === "HTTPParserError");

/** What went wrong with a request that ended without an answer. */
export const classifyError = (error: unknown): Failure => {
  if (error instanceof ConnectError) return { reason: error.reason, errorCode: error.code };
  const errorCode = errorCodeOf(error);
  if (errorCode === "UND_ERR_HEADERS_OVERFLOW") return { reason: "invalid_response", errorCode: "HPE_HEADER_OVERFLOW" };
  // undici gives a closed connection and an answer that nobody asked for (101 Switching Protocols) the same code.
  if (errorCode === "UND_ERR_SOCKET" && error instanceof Error && !error.message.startsWith("bad ")) {
    return { reason: "connection_reset", errorCode: "ECONNRESET" };
  }
  if (isFramingError(error, errorCode)) return { reason: "invalid_response", errorCode: "EPROTO" };
  if (isTlsCode(errorCode)) return { reason: tlsReason(errorCode), errorCode };
  // What remains once connected is the socket's end: ECONNRESET, EPIPE, or ETIMEDOUT when the network went away.
  return { reason: "connection_reset", errorCode };
};

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

/** A connection that could not be made, with the reason that the failed step gives it. */
export class ConnectError extends Error {
  readonly reason: FailureReason;
  readonly code: string;

  constructor(reason: FailureReason, code: string, options?: ErrorOptions) {
    super(`${reason}: ${code}`, options);
    this.name = "ConnectError";
    this.reason = reason;
    this.code = code;
  }
}
