import type { EventSpan } from "./event-span.ts";
import { byte, isWhitespace, skipWhitespace } from "./scan-json.ts";

/** Removes JSON whitespace at both ends. */
export const trimJson = ({ text, start, end }: EventSpan): EventSpan => {
  const trimmedStart = Math.min(end, skipWhitespace(text, start));
  let trimmedEnd = end;
  while (trimmedEnd > trimmedStart && isWhitespace(text[trimmedEnd - 1])) trimmedEnd -= 1;
  return { text, start: trimmedStart, end: trimmedEnd };
};

export interface JsonArraySplit {
  /** The elements' own bytes, in order. They may still be invalid JSON inside. */
  readonly elements: readonly EventSpan[];
  /** What follows the last element that could be told apart; present when the array is not well-formed. */
  readonly rest?: EventSpan;
}

/**
 * Splits a JSON array into its elements without parsing them, so that each keeps its original bytes.
 *
 * @param array trimmed: the first byte is `[`
 */
export const splitJsonArray = ({ text, start, end }: EventSpan): JsonArraySplit => {
  const elements: EventSpan[] = [];
  let depth = 0;
  let elementStart = start + 1;
  let position = start + 1;
  while (position < end) {
    const found = text[position];
    if (found === byte.quote) {
      position = endOfString(text, position, end);
      if (position === -1) break;
    } else if (found === byte.openBrace || found === byte.openBracket) {
      depth += 1;
    } else if (found === byte.closeBrace || (found === byte.closeBracket && depth > 0)) {
      depth -= 1;
      if (depth < 0) break;
    } else if (depth === 0 && (found === byte.comma || found === byte.closeBracket)) {
      const element = trimJson({ text, start: elementStart, end: position });
      const isEmptyArray = found === byte.closeBracket && elements.length === 0 && element.start === element.end;
      if (!isEmptyArray) elements.push(element);
      elementStart = position + 1;
      if (found === byte.closeBracket) {
        return elementStart === end ? { elements } : { elements, rest: { text, start: elementStart, end } };
      }
    }
    position += 1;
  }
  return { elements, rest: { text, start: elementStart, end } };
};

/** Position of the quote that ends the string which starts at `start`, or -1. */
const endOfString = (text: Buffer, start: number, end: number): number => {
  let at = text.indexOf(byte.quote, start + 1);
  while (at !== -1 && at < end) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === byte.backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at = text.indexOf(byte.quote, at + 1);
  }
  return -1;
};
