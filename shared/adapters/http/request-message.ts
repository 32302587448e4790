/** Headers that the client itself sets, or that would change how the message is framed or where it goes. */
const clientHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The caller's headers without those that are the client's, with the length that keeps the body from being chunked. */
export const requestHeaders = (
  headers: Readonly<Record<string, string>>,
  bodyBytes: number,
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(headers).filter(([name]) => {
      const lowerCase = name.toLowerCase();
      return !clientHeaders.has(lowerCase) && !lowerCase.startsWith("proxy-");
    }),
  ),
  "content-length": String(bodyBytes),
});

/** A body of up to this size goes to the socket in one write together with the headers. */
const wholeBodyBytes = 128 * 1_024;

/**
 * Body as undici should send it: a long one in views of itself, each written when the socket has taken the one before,
 * so that the end of the upload is seen. Nothing is copied.
 */
export const bodyParts = (body: Uint8Array): Uint8Array | Iterable<Uint8Array> => {
  if (body.byteLength <= wholeBodyBytes) return body;
  const count = Math.ceil(body.byteLength / wholeBodyBytes);
  return Array.from({ length: count }, (_, part) => body.subarray(part * wholeBodyBytes, (part + 1) * wholeBodyBytes));
};
