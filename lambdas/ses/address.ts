import { addressParser } from "postal-mime";

/** Longer texts are no addresses, and are not worth parsing. */
const maxParsedCharacters = 2_000;

/** The address alone of `Name <address>`; any other text as it is, without white space around it. */
export const addressOf = (text: string): string => {
  const trimmed = text.trim();
  if (!trimmed.includes("<") || trimmed.length > maxParsedCharacters) return trimmed;
  const address = addressParser(trimmed, { flatten: true }).find((found) => found.address !== "")?.address;
  return address ?? trimmed;
};

/** The fields of an event that name its recipient. */
export interface RecipientFields {
  /** In lower case. */
  readonly rcpt_to: string;
  readonly raw_rcpt_to: string;
  readonly recipient_domain: string | undefined;
  readonly routing_domain: string | undefined;
}

export const recipientFields = (text: string): RecipientFields => {
  const raw = addressOf(text);
  const lower = raw.toLowerCase();
  const at = lower.lastIndexOf("@");
  const domain = at === -1 || at === lower.length - 1 ? undefined : lower.slice(at + 1);
  return { rcpt_to: lower, raw_rcpt_to: raw, recipient_domain: domain, routing_domain: domain };
};

/** Each recipient once, by its address in lower case; of several spellings the first. */
export const distinctRecipients = <Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] => {
  const seen = new Set<string>();
  return items.filter((item) => {
    const { rcpt_to: address } = recipientFields(textOf(item));
    const isNew = !seen.has(address);
    seen.add(address);
    return isNew;
  });
};
