import { isObject } from "#shared/text/json.ts";

/** Fields that hold a recipient, whatever its form. */
const recipientFields: ReadonlySet<string> = new Set(["rcpt_to", "raw_rcpt_to", "sms_dst"]);
/** Fields with the sender's own address. */
const senderFields: ReadonlySet<string> = new Set(["msg_from", "friendly_from", "sending_domain"]);
/** Bounded, so that a text without an end takes no time without one. */
const address = /[^\s@"'<>,;:()[\]\\]{1,256}@(?=[^\s@])/g;

/** A recipient as those see it who may not see whom mail goes to: `a***@example.com`, `+***`. */
export const maskRecipient = (text: string): string => {
  const at = text.lastIndexOf("@");
  return `${Array.from(text.slice(0, 8))[0] ?? ""}***${at === -1 ? "" : text.slice(at)}`;
};

/** An event with all addresses masked, wherever they stand, but for the sender's. */
export const maskAddresses = (value: unknown, field = ""): unknown => {
  if (typeof value === "string") {
    if (senderFields.has(field)) return value;
    if (recipientFields.has(field)) return maskRecipient(value);
    return value.includes("@") ? value.replace(address, maskRecipient) : value;
  }
  if (recipientFields.has(field) && typeof value === "number") return maskRecipient(String(value));
  if (Array.isArray(value)) return value.map((item: unknown) => maskAddresses(item, field));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name.includes("@") ? name.replace(address, maskRecipient) : name,
      maskAddresses(child, name),
    ]),
  );
};
