import { maxJsonDepth, maxTextEvents } from "#shared/contract/limits.ts";
import { exceedsDepth } from "#shared/plain-json.ts";
import { type EventSpan, bytesOf, spanOf } from "./span.ts";
import { byte, isWhitespace, skipPlain, skipWhitespace } from "./scan-json.ts";

const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** One event's own bytes and its place in the text: line of NDJSON, or position in an array, from 1. */
export interface EventText extends EventSpan {
  readonly line: number;
}

/**
 * Splits a text that holds events into one piece an event, told apart by its first bytes: a JSON array, else NDJSON, else
 * one JSON value over several lines. Pieces keep their original bytes and may still be invalid JSON. Undefined for more than
 * `maxPieces`: a small compressed text may hold tens of millions, each of which would cost memory.
 */
export const splitEvents = (bytes: Buffer, maxPieces = maxTextEvents): readonly EventText[] | undefined => {
  const text = withoutByteOrderMark(bytes);
  const trimmed = trimJson(spanOf(text));
  if (trimmed.start === trimmed.end) return [];
  if (text[trimmed.start] === byte.openBracket) {
    const { elements, rest } = splitJsonArray(trimmed, maxPieces);
    if (elements.length > maxPieces) return undefined;
    const pieces = rest === undefined ? elements : [...elements, trimJson(rest)];
    return pieces.map(({ start, end }, index) => ({ text, start, end, line: index + 1 }));
  }
  if (isOneValueOverLines(trimmed)) return [{ ...trimmed, line: 1 }];
  return splitLines(text, maxPieces);
};

const withoutByteOrderMark = (text: Buffer): Buffer =>
  text.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? text.subarray(byteOrderMark.length) : text;

const splitLines = (text: Buffer, maxPieces: number): readonly EventText[] | undefined => {
  const lines: EventText[] = [];
  let line = 1;
  let begin = 0;
  for (;;) {
    // Blank lines are counted and passed over byte by byte: a text may consist of millions of them.
    for (; isWhitespace(text[begin]); begin += 1) if (text[begin] === newline) line += 1;
    if (begin >= text.length) return lines;
    if (lines.length === maxPieces) return undefined;
    const found = text.indexOf(newline, begin);
    const stop = found === -1 ? text.length : found;
    lines.push({ ...trimJson({ text, start: begin, end: stop }), line });
    begin = stop;
  }
};

/** A pretty-printed value: its first line alone is no JSON, the whole is. */
const isOneValueOverLines = (whole: EventSpan): boolean => {
  const { text, start, end } = whole;
  const stop = text.indexOf(newline, start);
  if (stop === -1 || stop >= end) return false;
  return !isJson({ text, start, end: stop }) && isJson(whole);
};

const isJson = (span: EventSpan): boolean => {
  const bytes = bytesOf(span);
  if (exceedsDepth(bytes, maxJsonDepth)) return false;
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
};

/** Removes JSON whitespace at both ends. */
const trimJson = ({ text, start, end }: EventSpan): EventSpan => {
  const trimmedStart = Math.min(end, skipWhitespace(text, start));
  let trimmedEnd = end;
  while (trimmedEnd > trimmedStart && isWhitespace(text[trimmedEnd - 1])) trimmedEnd -= 1;
  return { text, start: trimmedStart, end: trimmedEnd };
};

interface JsonArraySplit {
  /** The elements' own bytes, in order. They may still be invalid JSON inside. */
  readonly elements: readonly EventSpan[];
  /** What follows the last element that could be told apart; present when the array is not well-formed or not read whole. */
  readonly rest?: EventSpan;
}

/**
 * Splits a JSON array into its elements without parsing them, so that each keeps its original bytes.
 *
 * @param array trimmed: the first byte is `[`
 * @param maxElements where it gives up: one element more than these is returned
 */
export const splitJsonArray = (
  { text, start, end }: EventSpan,
  maxElements = Number.POSITIVE_INFINITY,
): JsonArraySplit => {
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
      if (elements.length > maxElements) break;
      if (found === byte.closeBracket) {
        return elementStart === end ? { elements } : { elements, rest: { text, start: elementStart, end } };
      }
    }
    position += 1;
  }
  return { elements, rest: { text, start: elementStart, end } };
};

/** Where one object ends and the next begins, when nothing is between them but a comma. */
const border = Buffer.from("},{");

/**
 * Splits objects that are joined by commas, as frames hold events: undefined unless there are as many of them. All borders
 * look alike, so that they are known when nothing else looks like them; otherwise brackets are counted.
 */
export const splitJoined = (text: Buffer, count: number): readonly EventSpan[] | undefined => {
  const spans: EventSpan[] = [];
  let start = 0;
  for (let at = text.indexOf(border); at !== -1; at = text.indexOf(border, start)) {
    if (spans.length === count) return splitByBrackets(text, count);
    spans.push({ text, start, end: at + 1 });
    start = at + 2;
  }
  spans.push({ text, start, end: text.length });
  const isWhole = text[0] === byte.openBrace && text.at(-1) === byte.closeBrace;
  return spans.length === count && isWhole ? spans : splitByBrackets(text, count);
};

const splitByBrackets = (text: Buffer, count: number): readonly EventSpan[] | undefined => {
  const spans: EventSpan[] = [];
  let start = 0;
  while (spans.length < count && text[start] === byte.openBrace) {
    const end = endOfObject(text, start);
    if (end === -1) return undefined;
    spans.push({ text, start, end });
    if (end === text.length) return spans.length === count ? spans : undefined;
    if (text[end] !== byte.comma) return undefined;
    start = end + 1;
  }
  return undefined;
};

/** Position behind the object that starts at `start`, or -1. */
const endOfObject = (text: Buffer, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const found = text[at];
    if (found === byte.quote) {
      at = skipPlain(text, at + 1);
      while (text[at] === byte.backslash) at = skipPlain(text, at + 2);
      if (text[at] !== byte.quote) return -1;
    } else if (found === byte.openBrace) depth += 1;
    else if (found === byte.closeBrace) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
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
