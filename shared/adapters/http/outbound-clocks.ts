/** Limits of one POST. */
export interface OutboundClocks {
  /** Look-up, connect and TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Until the last byte of the body was handed to the socket. */
  readonly uploadTimeoutMs: number;
  /** From the end of the upload until the answer's headers are complete. */
  readonly answerTimeoutMs: number;
}
