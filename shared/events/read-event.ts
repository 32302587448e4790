import { isUtf8 } from "node:buffer";
import { maxJsonDepth } from "#shared/contract/limits.ts";
import { exceedsDepth, findJsonProblem, portable } from "#shared/plain-json.ts";
import { healthClass } from "./catalogue/event-key.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { type Event, type EventSpan, bytesOf } from "./span.ts";
import { byte, hasAt, nowhere, scanByte, scanValue, skipDigits, skipPlain, skipWhitespace } from "./scan-json.ts";
import { isObject } from "#shared/text/json.ts";

export type ReadEvent =
  | { readonly kind: "event"; readonly event: Event }
  /** `{"msys":{}}`, as a test POST carries it. */
  | { readonly kind: "ping" }
  | { readonly kind: "invalid"; readonly problem: string };

/**
 * Reads one `{"msys":{"<class>":{…}}}` envelope. What parsers of other languages refuse is no event here either: it would
 * cost its neighbours their batch at such a receiver.
 *
 * @param isText whether all of the text that the event stands in is known to be UTF-8: one look at it costs less than one at each
 * of its events
 */
export const readEvent = (span: EventSpan, isText = false): ReadEvent => {
  const scanned = scanEvent(span, isText);
  // Events about webhooks are few, and the scan does not look for the webhook.
  const isScanned = scanned !== undefined && scanned.eventClass !== healthClass;
  return isScanned ? { kind: "event", event: scanned } : parseEvent(span);
};

/** The same with all of JSON parsed: for what {@link scanEvent} leaves, and for what is wrong with what is no event. */
export const parseEvent = ({ text, start, end }: EventSpan): ReadEvent => {
  const bytes = text.subarray(start, end);
  if (!isUtf8(bytes)) return invalid("not valid UTF-8");
  if (exceedsDepth(bytes, maxJsonDepth)) return invalid(`nested deeper than ${maxJsonDepth} levels`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    // The parser quotes some text around the mistake, and may cut a surrogate pair.
    return invalid(`not valid JSON: ${error instanceof Error ? error.message.toWellFormed() : String(error)}`);
  }
  const found = findJsonProblem(value, portable);
  if (found !== undefined) {
    const place = found.path === "" ? "event" : `'${beginningOf(found.path, maxShownPath)}'`;
    return invalid(`${place} ${found.problem}`);
  }
  if (!isObject(value)) return invalid("must be an object with the key 'msys'");
  const msys = value["msys"];
  if (!isObject(msys)) return invalid("'msys' must be an object");
  const classes = Object.keys(msys);
  if (classes.length === 0) return { kind: "ping" };
  const [eventClass = ""] = classes;
  const fields = classes.length === 1 ? msys[eventClass] : undefined;
  if (!isObject(fields)) return invalid("'msys' must hold exactly one event class, an object");
  const type = fields["type"];
  if (typeof type !== "string" || type === "") return invalid("'type' must be a non-empty string");
  return {
    kind: "event",
    event: {
      text,
      start,
      end,
      type,
      subaccountId: identifier(fields["subaccount_id"]),
      eventClass,
      customerId: identifier(fields["customer_id"]),
      ...aboutOf(eventClass, fields["webhook_id"]),
    },
  };
};

/** Characters of a bad value's place that a problem shows: names may be as long as an event. */
const maxShownPath = 200;

const invalid = (problem: string): ReadEvent => ({ kind: "invalid", problem });

/** Identifiers are strings in delivered events; producers also write them as numbers. */
const identifier = (value: unknown): string | undefined => {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : undefined;
};

/** The webhook that an event is about. */
const aboutOf = (eventClass: string, webhookId: unknown): Pick<Event, "about"> =>
  eventClass === healthClass && typeof webhookId === "string" ? { about: webhookId } : {};

const msysKey = Buffer.from('"msys"');
const typeKey = Buffer.from('"type"');
const customerKey = Buffer.from('"customer_id"');
const subaccountKey = Buffer.from('"subaccount_id"');

/** Integers of up to 15 digits are exact, and are written the same way again. */
const maxExactDigits = 15;

/**
 * Reads an event in one pass over its bytes, without making values of its other fields. Returns undefined for what is no
 * event, and for an event that is written in an unusual way: then a full parse has to tell.
 */
export const scanEvent = (span: EventSpan, isText = false): Event | undefined => {
  const { text, start, end } = span;
  let at = scanByte(text, start, byte.openBrace);
  at = skipWhitespace(text, at);
  if (!hasAt(text, at, msysKey)) return undefined;
  at = scanByte(text, at + msysKey.length, byte.colon);
  at = scanByte(text, at, byte.openBrace);
  const classStart = skipWhitespace(text, at);
  const classEnd = scanPlainString(text, classStart);
  at = scanByte(text, classEnd, byte.colon);
  at = scanByte(text, at, byte.openBrace);
  if (at === nowhere) return undefined;
  const eventClass = knownText(text, classStart + 1, classEnd - 1);

  let type: string | undefined;
  let customerId: string | undefined;
  let subaccountId: string | undefined;
  do {
    const key = skipWhitespace(text, at);
    at = scanPlainString(text, key);
    if (at === nowhere) return undefined;
    const keyLength = at - key;
    at = scanByte(text, at, byte.colon);
    if (at === nowhere) return undefined;
    const value = skipWhitespace(text, at);
    at = scanValue(text, value);
    if (at === nowhere) return undefined;
    if (keyLength === typeKey.length && hasAt(text, key, typeKey)) {
      type = readString(text, value, at);
      if (type === undefined) return undefined;
    } else if (keyLength === customerKey.length && hasAt(text, key, customerKey)) {
      customerId = readIdentifier(text, value, at);
      if (customerId === undefined) return undefined;
    } else if (keyLength === subaccountKey.length && hasAt(text, key, subaccountKey)) {
      subaccountId = readIdentifier(text, value, at);
      if (subaccountId === undefined) return undefined;
    }
    at = skipWhitespace(text, at) + 1;
  } while (text[at - 1] === byte.comma);

  if (type === undefined || text[at - 1] !== byte.closeBrace) return undefined;
  at = scanByte(text, at, byte.closeBrace);
  at = scanByte(text, at, byte.closeBrace);
  // A span may end before the value does.
  if (at === nowhere || at > end || skipWhitespace(text, at) < end) return undefined;
  if (!isText && !isUtf8(bytesOf(span))) return undefined;
  return { text, start, end, type, subaccountId, eventClass, customerId };
};

/** A string without escapes, its quotes included. */
const scanPlainString = (text: Buffer, from: number): number => {
  if (text[from] !== byte.quote) return nowhere;
  const at = skipPlain(text, from + 1);
  return text[at] === byte.quote ? at + 1 : nowhere;
};

/** A string without escapes that is not empty. */
const readString = (text: Buffer, from: number, end: number): string | undefined =>
  end - from > 2 && scanPlainString(text, from) === end ? knownText(text, from + 1, end - 1) : undefined;

/** Such a string, or a whole number that is written as JavaScript writes it. */
const readIdentifier = (text: Buffer, from: number, end: number): string | undefined => {
  const isInteger = end - from <= maxExactDigits && skipDigits(text, from) === end;
  return isInteger ? knownText(text, from, end) : readString(text, from, end);
};

/** Texts that were read before, each where its bytes lead to. Longer ones than identifiers are not kept. */
const known: { readonly bytes: Buffer; readonly text: string }[] = [];
const mostKnown = 256;
const longestKnown = 64;

/**
 * The text of some bytes. Events next to each other have the same class, type and customer: a window of them would hold four
 * equal strings for each.
 */
const knownText = (text: Buffer, start: number, end: number): string => {
  const length = end - start;
  const place = (length * 31 + (text[start] ?? 0) * 7 + (text[end - 1] ?? 0)) % mostKnown;
  const found = known[place];
  if (found?.bytes.length === length && hasAt(text, start, found.bytes)) return found.text;
  const read = text.toString("utf8", start, end);
  if (length <= longestKnown) known[place] = { bytes: Buffer.from(text.subarray(start, end)), text: read };
  return read;
};
