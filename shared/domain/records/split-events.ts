import { bytesOf, type EventSpan, spanOf } from "./event-span.ts";
import { splitJsonArray, trimJson } from "./json-array.ts";
import { byte } from "./scan-json.ts";

const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** One event's own bytes and its place in the text: line of NDJSON, or position in an array, from 1. */
export interface EventText extends EventSpan {
  readonly line: number;
}

/**
 * Splits a text that holds events into one piece an event, told apart by its first bytes: a JSON array, else NDJSON, else
 * one JSON value over several lines. Pieces keep their original bytes and may still be invalid JSON.
 */
export const splitEvents = (bytes: Buffer): readonly EventText[] => {
  const text = withoutByteOrderMark(bytes);
  const trimmed = trimJson(spanOf(text));
  if (trimmed.start === trimmed.end) return [];
  if (text[trimmed.start] === byte.openBracket) {
    const { elements, rest } = splitJsonArray(trimmed);
    const pieces = rest === undefined ? elements : [...elements, trimJson(rest)];
    return pieces.map(({ start, end }, index) => ({ text, start, end, line: index + 1 }));
  }
  const lines = splitLines(text);
  return lines.length > 1 && isOneValueOverLines(trimmed, lines) ? [{ ...trimmed, line: 1 }] : lines;
};

const withoutByteOrderMark = (text: Buffer): Buffer =>
  text.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? text.subarray(byteOrderMark.length) : text;

const splitLines = (text: Buffer): readonly EventText[] => {
  const lines: EventText[] = [];
  let begin = 0;
  for (let line = 1; begin < text.length; line += 1) {
    const found = text.indexOf(newline, begin);
    const stop = found === -1 ? text.length : found;
    const { start, end } = trimJson({ text, start: begin, end: stop });
    if (start < end) lines.push({ text, start, end, line });
    begin = stop + 1;
  }
  return lines;
};

/** A pretty-printed value: its first line alone is no JSON, the whole is. */
const isOneValueOverLines = (whole: EventSpan, lines: readonly EventText[]): boolean =>
  !isJson(lines[0] ?? whole) && isJson(whole);

const isJson = (span: EventSpan): boolean => {
  try {
    JSON.parse(bytesOf(span).toString());
    return true;
  } catch {
    return false;
  }
};
