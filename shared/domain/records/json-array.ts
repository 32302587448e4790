const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const isWhitespace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Removes JSON whitespace at both ends, without copying. */
export const trimJson = (bytes: Buffer): Buffer => {
  let start = 0;
  let end = bytes.length;
  while (start < end && isWhitespace(bytes[start])) start += 1;
  while (end > start && isWhitespace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
};

export interface JsonArraySplit {
  /** The elements' own bytes, in order. They may still be invalid JSON inside. */
  readonly elements: readonly Buffer[];
  /** What follows the last element that could be told apart; present when the array is not well-formed. */
  readonly rest?: Buffer;
}

/**
 * Splits the bytes of a JSON array into its elements without parsing them, so that each keeps its original bytes.
 *
 * @param bytes a JSON array, trimmed: the first byte is `[`
 */
export const splitJsonArray = (bytes: Buffer): JsonArraySplit => {
  const elements: Buffer[] = [];
  let depth = 0;
  let elementStart = 1;
  let position = 1;
  while (position < bytes.length) {
    const byte = bytes[position];
    if (byte === quote) {
      position = endOfString(bytes, position);
      if (position === -1) break;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if (byte === closeBrace || (byte === closeBracket && depth > 0)) {
      depth -= 1;
      if (depth < 0) break;
    } else if (depth === 0 && (byte === comma || byte === closeBracket)) {
      const element = trimJson(bytes.subarray(elementStart, position));
      const isEmptyArray = byte === closeBracket && elements.length === 0 && element.length === 0;
      if (!isEmptyArray) elements.push(element);
      elementStart = position + 1;
      if (byte === closeBracket) {
        const rest = bytes.subarray(elementStart);
        return rest.length === 0 ? { elements } : { elements, rest };
      }
    }
    position += 1;
  }
  return { elements, rest: bytes.subarray(elementStart) };
};

/** Position of the quote that ends the string which starts at `start`, or -1. */
const endOfString = (bytes: Buffer, start: number): number => {
  let end = bytes.indexOf(quote, start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = bytes.indexOf(quote, end + 1);
  }
  return -1;
};
