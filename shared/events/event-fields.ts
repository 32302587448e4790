import { isObject, jsonOf, parseNumbers } from "#shared/text/json.ts";
import { type EventSpan, bytesOf } from "./span.ts";

/** The fields of an event: what stands under the one class of its envelope. */
export type EventFields = Readonly<Record<string, unknown>>;

/** Reads an event's fields. Undefined where it has none: producers with access to the stream may write what is no event. */
export const readFields = (event: EventSpan): EventFields | undefined => fieldsIn(jsonOf(bytesOf(event).toString()));

/** The same, with the text of each number that has more digits than a number of JavaScript. */
export const readWrittenFields = (event: EventSpan): EventFields | undefined => {
  const fields = readFields(event);
  // Few events have such numbers, and to read their text takes some times as long.
  if (fields === undefined || !Object.values(fields).some(isRounded)) return fields;
  try {
    const text = bytesOf(event).toString();
    return fieldsIn(parseNumbers(text, (value, source) => (isRounded(value) ? source : value)));
  } catch {
    // It is nested too deeply.
    return fields;
  }
};

/** Whole numbers of so many digits may be more than a number of JavaScript holds. */
const longDigits = 16;
const mayHaveLong = new RegExp(String.raw`[:,[]\s*-?\d{${longDigits}}`);
const wholeNumber = /^-?\d+$/;

/** Whether text is a whole number that JavaScript would round. */
export const isLongNumber = (text: string): boolean =>
  text.length >= longDigits && wholeNumber.test(text) && !Number.isSafeInteger(Number(text));

const exactFields = new WeakMap<EventFields, EventFields>();

/** The fields that were read of an event, whole numbers that JavaScript has rounded as the text of their digits. */
export const withLongNumbers = (fields: EventFields, event: EventSpan): EventFields => {
  const known = exactFields.get(fields);
  if (known !== undefined) return known;
  const text = bytesOf(event).toString();
  if (!mayHaveLong.test(text)) return fields;
  const exact = longNumbersIn(text) ?? fields;
  exactFields.set(fields, exact);
  return exact;
};

const longNumbersIn = (text: string): EventFields | undefined => {
  try {
    return fieldsIn(parseNumbers(text, (value, source) => (isLongNumber(source) ? source : value)));
  } catch {
    // It is nested too deeply.
    return undefined;
  }
};

const isRounded = (value: unknown): boolean => typeof value === "number" && !Number.isSafeInteger(value);

const fieldsIn = (envelope: unknown): EventFields | undefined => {
  const msys = isObject(envelope) ? envelope["msys"] : undefined;
  const [fields] = isObject(msys) ? Object.values(msys) : [];
  return isObject(fields) ? fields : undefined;
};
