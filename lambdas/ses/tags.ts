import { isObject } from "#shared/text/json.ts";

/** Names of the tags that say more of a message than metadata does. */
export interface TagNames {
  readonly customer: string;
  readonly subaccount: string;
  readonly campaign: string;
}

/** What the tags of a message say. */
export interface TagFields {
  readonly customer: TagValue;
  readonly subaccount_id: string | undefined;
  readonly campaign_id: string | undefined;
  readonly template_id: string | undefined;
  readonly ip_pool: string | undefined;
  readonly sending_ip: string | undefined;
  /** Every other tag that the sender gave; several values are joined by commas. */
  readonly rcpt_meta: Readonly<Record<string, string>> | undefined;
}

export type TagValue =
  | { readonly kind: "absent" }
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "invalid" };

/** SES reserves this beginning for the tags that it sets. */
const reserved = "ses:";
const templateTag = "template_id";
const customerPattern = /^[\x21-\x7e]{1,64}$/;
const positiveInteger = /^[1-9]\d{0,14}$/;

/** Reads `mail.tags`, where each tag has a list of values. */
export const readTags = (tags: unknown, names: TagNames): TagFields => {
  const values = new Map(isObject(tags) ? Object.entries(tags).map(([name, list]) => [name, textsOf(list)]) : []);
  const single = (name: string): string | undefined => {
    const [value, ...more] = values.get(name) ?? [];
    return value === undefined || value === "" || more.length > 0 ? undefined : value;
  };
  const special = new Set([names.customer, names.subaccount, names.campaign, templateTag]);
  const metadata = [...values].filter(
    ([name, list]) => !special.has(name) && !name.startsWith(reserved) && list.length > 0,
  );
  const subaccount = single(names.subaccount);
  return {
    customer: readCustomer(values.get(names.customer)),
    subaccount_id: subaccount !== undefined && positiveInteger.test(subaccount) ? subaccount : undefined,
    campaign_id: single(names.campaign),
    template_id: single(templateTag),
    ip_pool: values.get("ses:configuration-set")?.[0],
    sending_ip: values.get("ses:outgoing-ip")?.[0],
    rcpt_meta:
      metadata.length === 0
        ? undefined
        : // Not by assignment, which a tag called __proto__ would turn into something else.
          Object.fromEntries(metadata.map(([name, list]) => [name, list.join(",")])),
  };
};

const readCustomer = (values: readonly string[] | undefined): TagValue => {
  if (values === undefined || values.length === 0) return { kind: "absent" };
  const [value = ""] = values;
  return values.length === 1 && customerPattern.test(value) ? { kind: "value", value } : { kind: "invalid" };
};

/** Texts of a tag's list, or of a tag that is not a list; what is neither text nor number is left out. */
const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    typeof item === "string" || typeof item === "number" || typeof item === "boolean" ? String(item) : [],
  );
