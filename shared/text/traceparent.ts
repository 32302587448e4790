/**
 * The trace of a POST (W3C Trace Context, version 00), by what names it: a UUID, or one behind a prefix. All attempts of a batch
 * are in one trace, whose id is the batch's without the hyphens: whoever has the one finds the other.
 *
 * @returns 32 hexadecimal digits
 */
export const traceIdOf = (messageId: string): string => messageId.slice(-uuidLength).replaceAll("-", "").toLowerCase();
const uuidLength = 36;

/**
 * The value of a `traceparent` header. It says that the trace is sampled: a receiver that follows its caller would drop its own
 * spans otherwise.
 *
 * @param spanId 16 hexadecimal digits, of which one at least is not 0
 */
export const traceparentOf = (messageId: string, spanId: string): string => `00-${traceIdOf(messageId)}-${spanId}-01`;
