/** Bytes of a response body that are read unless a request says otherwise. */
export const defaultExcerptBytes = 4 * 1_024;

/** Everything of Unicode's control category except newline and tab. */
const unprintable = /[^\P{Cc}\n\t]/gu;

/** Collects the beginning of a response body. */
export interface ExcerptReader {
  /** Takes a chunk; false once the body is longer than the excerpt may be. */
  push(chunk: Uint8Array): boolean;
  /** Whether there was more than the excerpt may hold. */
  isTruncated(): boolean;
  /** The text so far: valid UTF-8 without control characters. */
  text(): string;
}

/** Reader for the excerpt of one response; a body in a content encoding, which nobody asked for, gives no text. */
export const excerptReader = (
  contentEncoding: string | undefined,
  maxExcerptBytes: number = defaultExcerptBytes,
): ExcerptReader => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      if (size < maxExcerptBytes) chunks.push(Uint8Array.from(chunk.subarray(0, maxExcerptBytes - size)));
      size += chunk.byteLength;
      return size <= maxExcerptBytes;
    },
    isTruncated: () => size > maxExcerptBytes,
    text: () => {
      if (contentEncoding !== undefined && contentEncoding !== "identity") return "";
      // `stream` leaves out a character that the end of the excerpt cuts in two.
      return new TextDecoder().decode(Buffer.concat(chunks), { stream: true }).replace(unprintable, "");
    },
  };
};
