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
  if (typeof value === "string" || typeof value === "number") {
    if (recipientFields.has(field)) return maskAddress(String(value));
    return typeof value === "string" ? value.replaceAll(address, maskAddress) : value;
  }
  if (Array.isArray(value)) return value.map((item) => maskRecipients(item, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskRecipients(item, key)]));
};
