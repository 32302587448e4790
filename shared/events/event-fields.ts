import { isObject, jsonOf } from "#shared/text/json.ts";
import { type EventSpan, bytesOf } from "./span.ts";

/** The fields of an event: what stands under the one class of its envelope. */
export type EventFields = Readonly<Record<string, unknown>>;

/** Reads an event's fields. Undefined where it has none: producers with access to the stream may write what is no event. */
export const readFields = (event: EventSpan): EventFields | undefined => {
  const envelope = jsonOf(bytesOf(event).toString());
  const msys = isObject(envelope) ? envelope["msys"] : undefined;
  const [fields] = isObject(msys) ? Object.values(msys) : [];
  return isObject(fields) ? fields : undefined;
};
