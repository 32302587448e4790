import { isObject, numberText } from "#shared/text/json.ts";

/** Fields that hold a recipient, whatever its form. */
const recipientFields: ReadonlySet<string> = new Set(["rcpt_to", "raw_rcpt_to", "sms_dst"]);
/** Fields with the sender's own address, where they stand directly under the class of an event. */
const senderFields: ReadonlySet<string> = new Set(["msg_from", "friendly_from", "mailfrom", "sending_domain"]);
/** An `@`, also as URLs have it. */
const at = /@|%(?:25)*40/gi;
/** What may be an address, its local part quoted or not. Bounded, so that a long text takes no time without end. */
const address = /(?:"(?:[^"\\]|\\.){0,256}"|[^\s@"<>,;:[\]]{1,256})(?:@|%(?:25)*40)(?=[^\s@])/gi;
/** A shorter recipient would be found in what is no recipient. */
const minKnownCharacters = 4;

/** A recipient as those see it who may not see whom mail goes to: `a***@example.com`, `+***`. */
export const maskRecipient = (text: string): string => {
  const behindLocal = [...text.matchAll(at)].at(-1)?.index;
  const local = text.slice(0, behindLocal);
  const [first = "", ...others] = Array.from(local.slice(0, 8));
  const rest = behindLocal === undefined ? "" : text.slice(behindLocal);
  if (local === "***") return text;
  // The first character of `a@example.com` is all of it.
  return `${others.length === 0 && rest !== "" ? "" : first}***${rest}`;
};

/** Masks a text, or all texts in an event. */
export interface Masker {
  readonly text: (text: string) => string;
  /** An event with its envelope. The sender's own address stays. */
  readonly event: (event: unknown) => unknown;
}

/** Masks all addresses, and the recipients that are known in whatever form they stand. */
export const maskerFor = (recipients: readonly string[]): Masker => {
  const known = knownForms(recipients);
  const withoutKnown = (text: string): string => (known === undefined ? text : text.replace(known, maskRecipient));
  const text = (value: string): string => withoutKnown(value).replace(address, maskRecipient);

  const masked = (value: unknown, field: string): unknown => {
    if (typeof value === "string") return recipientFields.has(field) ? maskRecipient(value) : text(value);
    const digits = numberText(value);
    if (digits !== undefined) {
      const isKnown = recipientFields.has(field) || withoutKnown(digits) !== digits;
      return isKnown ? maskRecipient(digits) : value;
    }
    if (Array.isArray(value)) return value.map((item: unknown) => masked(item, field));
    return isObject(value) ? ofObject(value, masked) : value;
  };

  const ofObject = (value: object, child: (value: unknown, field: string) => unknown): object => {
    const shown = new Map<string, unknown>();
    for (const [name, found] of Object.entries(value)) {
      const key = text(name);
      // Names that differ in what is masked alone would drop one another.
      let free = key;
      for (let number = 2; shown.has(free); number += 1) free = `${key} (${number})`;
      shown.set(free, child(found, name));
    }
    return Object.fromEntries(shown);
  };

  const ofClass = (fields: unknown, eventClass: string): unknown => {
    if (!isObject(fields)) return masked(fields, eventClass);
    return ofObject(fields, (value, field) => {
      const isSender = senderFields.has(field) && typeof value === "string" && !/=[^@]*@/.test(value);
      // Who sends what is relayed is a person.
      return isSender && !eventClass.startsWith("relay") ? withoutKnown(value) : masked(value, field);
    });
  };

  return {
    text,
    event: (event) => {
      if (!isObject(event)) return masked(event, "");
      return ofObject(event, (value, name) =>
        name === "msys" && isObject(value) ? ofObject(value, ofClass) : masked(value, name),
      );
    },
  };
};

/** The recipients that an event names in the fields that are there for them. */
export const recipientsIn = (value: unknown, field = ""): readonly string[] => {
  const written = typeof value === "string" ? value : numberText(value);
  if (written !== undefined) return recipientFields.has(field) ? [written] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => recipientsIn(item, field));
  return isObject(value) ? Object.entries(value).flatMap(([name, child]) => recipientsIn(child, name)) : [];
};

/** What finds recipients as they are, in URLs, in the sender's address for bounces, and a number without its plus. */
const knownForms = (recipients: readonly string[]): RegExp | undefined => {
  const forms = recipients.flatMap((recipient) => [
    recipient,
    encodeURIComponent(recipient),
    recipient.replace("@", "="),
    recipient.replace(/^\+/, ""),
  ]);
  const fitting = [...new Set(forms)].filter(({ length }) => length >= minKnownCharacters);
  if (fitting.length === 0) return undefined;
  const parts = fitting
    .toSorted((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(parts.join("|"), "gi");
};
