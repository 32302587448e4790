/** Bytes as text that a client passes back unchanged, also in a URL. */
export const toOpaqueText = (bytes: Buffer): string => bytes.toString("base64url");

/**
 * The bytes of such a text; undefined for a text that {@link toOpaqueText} cannot have made. Decoding skips what is not
 * base64url, so that many texts would stand for the same bytes.
 */
export const bytesOfOpaqueText = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, "base64url");
  return toOpaqueText(bytes) === text ? bytes : undefined;
};
