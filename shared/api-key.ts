import type { Grant } from "#shared/contract/words.ts";
import { createHash } from "node:crypto";

/** A stored API key. The key itself is never stored. */
export interface ApiKey {
  /** SHA-256 of the key in hex. */
  readonly keyHash: string;
  readonly id: string;
  readonly customerId: string;
  readonly label: string;
  readonly grants: readonly Grant[];
  /** First characters of the key, to distinguish keys. */
  readonly shortKey: string;
  readonly createdAt: string;
  /** Rises with every change. */
  readonly revision: number;
  /** When it was last used, to five minutes, ISO 8601; absent when it never was. */
  readonly lastUsedAt?: string;
}

/** An API key that is not stored yet. */
export type NewApiKey = Omit<ApiKey, "revision" | "lastUsedAt">;

/** Who calls, as the authorizer found it. */
export interface Caller {
  readonly customerId: string;
  readonly grants: readonly Grant[];
  /** Id of the API key; absent of a portal session, and in what API Gateway has kept from an authorizer of an earlier version. */
  readonly keyId?: string;
  /** Id of the portal link, of a caller that has a session instead of a key. */
  readonly portalLinkId?: string;
  /** Sub-account that a portal session is bound to. Absent: the primary account and all sub-accounts. */
  readonly subaccountId?: number;
}

/** SHA-256 of an API key in hex: what is stored and looked up. */
export const hashApiKey = (key: string): string => createHash("sha256").update(key).digest("hex");

/** First characters of a key, shown so that people can tell keys apart. */
export const shortKeyOf = (key: string): string => key.slice(0, 4);

/** Whether a caller's grants cover what a route needs. */
export const covers = (held: readonly Grant[], needed: Grant): boolean =>
  held.includes(needed) || (needed === "webhooks/view" && held.includes("webhooks/modify"));

/** Longest header value that is looked at: keys are far shorter. */
const maxHeaderCharacters = 1_024;

/** The API key in an `Authorization` value: the raw key, or Basic authentication with the key as user name. */
export const keyFromAuthorization = (value: string | undefined): string | undefined => {
  const text = value?.trim() ?? "";
  if (text === "" || text.length > maxHeaderCharacters) return undefined;
  const basic = /^Basic\s+(\S+)$/i.exec(text)?.[1];
  if (basic === undefined) return text;
  const user = Buffer.from(basic, "base64").toString().split(":", 1)[0];
  return user === "" ? undefined : user;
};
