import { isUtf8 } from "node:buffer";
import type { Event } from "./event.ts";
import type { EventSpan } from "./event-span.ts";
import { scanEvent } from "./scan-event.ts";

export type ReadEvent =
  | { readonly kind: "event"; readonly event: Event }
  /** `{"msys":{}}`, as a test POST carries it. */
  | { readonly kind: "ping" }
  | { readonly kind: "invalid"; readonly problem: string };

/** Reads one `{"msys":{"<class>":{…}}}` envelope. */
export const readEvent = (span: EventSpan): ReadEvent => {
  const scanned = scanEvent(span);
  return scanned === undefined ? parseEvent(span) : { kind: "event", event: scanned };
};

/** The same with all of JSON parsed: for what {@link scanEvent} leaves, and for what is wrong with what is no event. */
export const parseEvent = ({ text, start, end }: EventSpan): ReadEvent => {
  const bytes = text.subarray(start, end);
  if (!isUtf8(bytes)) return invalid("not valid UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    return invalid(`not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) return invalid("must be an object with the key 'msys'");
  const msys = value["msys"];
  if (!isObject(msys)) return invalid("'msys' must be an object");
  const classes = Object.keys(msys);
  if (classes.length === 0) return { kind: "ping" };
  const fields = classes.length === 1 ? msys[classes[0] ?? ""] : undefined;
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
      customerId: identifier(fields["customer_id"]),
      subaccountId: identifier(fields["subaccount_id"]),
    },
  };
};

const invalid = (problem: string): ReadEvent => ({ kind: "invalid", problem });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Identifiers are strings in delivered events; producers also write them as numbers. */
const identifier = (value: unknown): string | undefined => {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : undefined;
};
