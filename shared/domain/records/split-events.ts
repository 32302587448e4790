import { splitJsonArray, trimJson } from "./json-array.ts";

const newline = 0x0a;
const openBracket = 0x5b;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** One event's own bytes and its place in the text: line of NDJSON, or position in an array, from 1. */
export interface EventText {
  readonly bytes: Buffer;
  readonly line: number;
}

/**
 * Splits a text that holds events into one piece an event, told apart by its first bytes: a JSON array, else NDJSON, else
 * one JSON value over several lines. Pieces keep their original bytes and may still be invalid JSON.
 */
export const splitEvents = (text: Buffer): readonly EventText[] => {
  const trimmed = trimJson(withoutByteOrderMark(text));
  if (trimmed.length === 0) return [];
  if (trimmed[0] === openBracket) {
    const { elements, rest } = splitJsonArray(trimmed);
    const pieces = rest === undefined ? elements : [...elements, trimJson(rest)];
    return pieces.map((bytes, index) => ({ bytes, line: index + 1 }));
  }
  const lines = splitLines(withoutByteOrderMark(text));
  return lines.length > 1 && isOneValueOverLines(trimmed, lines) ? [{ bytes: trimmed, line: 1 }] : lines;
};

const withoutByteOrderMark = (text: Buffer): Buffer =>
  text.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? text.subarray(byteOrderMark.length) : text;

const splitLines = (text: Buffer): readonly EventText[] => {
  const lines: EventText[] = [];
  let start = 0;
  for (let line = 1; start < text.length; line += 1) {
    const end = text.indexOf(newline, start);
    const stop = end === -1 ? text.length : end;
    const bytes = trimJson(text.subarray(start, stop));
    if (bytes.length > 0) lines.push({ bytes, line });
    start = stop + 1;
  }
  return lines;
};

/** A pretty-printed value: its first line alone is no JSON, the whole is. */
const isOneValueOverLines = (text: Buffer, lines: readonly EventText[]): boolean =>
  !isJson(lines[0]?.bytes ?? text) && isJson(text);

const isJson = (bytes: Buffer): boolean => {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
};
