import type { DeliveredEvent } from "#shared/contract/api/batch.ts";
import { numberText } from "#shared/text/json.ts";

/** An event of a body, as it is listed. */
export interface BodyEvent {
  /** Its place in the body, from 1. */
  readonly place: number;
  readonly type: string;
  readonly recipient: string;
  readonly json: string;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (numberText(value) ?? ""));

/** Reads events for the list; recipients are masked unless they are asked for. */
export const bodyEvents = (
  events: readonly DeliveredEvent[],
  { masked }: { readonly masked: boolean },
): readonly BodyEvent[] =>
  events.map((event, index) => {
    const shown = (masked ? maskRecipients(event) : event) as DeliveredEvent;
    const msys = shown["msys"];
    const [fields] = Object.values((msys ?? {}) as Readonly<Record<string, DeliveredEvent | null>>);
    const { type, rcpt_to: recipient } = fields ?? {};
    return {
      place: index + 1,
      type: textOf(type) || "event",
      recipient: textOf(recipient),
      json: JSON.stringify(shown, null, 2),
    };
  });

/** Events whose text, as it is shown, contains what is searched for. */
export const findEvents = (events: readonly BodyEvent[], text: string): readonly BodyEvent[] => {
  const wanted = text.trim().toLowerCase();
  return wanted === "" ? events : events.filter(({ json }) => json.toLowerCase().includes(wanted));
};

/** Fields that hold a recipient, whatever it looks like. */
const recipientFields = new Set(["rcpt_to", "raw_rcpt_to", "sms_dst", "rcpt_hash"]);
const address = /[^\s@<>"',;:()[\]/?&=]+(?:@|%40)[^\s@<>"',;:()[\]/?&=]+/g;

/** `a…@example.net` of `ann@example.net`. */
const maskAddress = (text: string): string => {
  const [local = "", domain] = text.split(/@|%40/, 2);
  return `${local.slice(0, 1)}…${domain === undefined ? "" : `@${domain}`}`;
};

/** A copy of an event in which recipients and all other mail addresses can no longer be read. */
export const maskRecipients = (value: unknown, field = ""): unknown => {
  const digits = numberText(value);
  if (digits !== undefined) return recipientFields.has(field) ? maskAddress(digits) : value;
  if (typeof value === "string")
    return recipientFields.has(field) ? maskAddress(value) : value.replaceAll(address, maskAddress);
  if (Array.isArray(value)) return value.map((item) => maskRecipients(item, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskRecipients(item, key)]));
};
