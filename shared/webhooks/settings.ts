import type { Compression } from "#shared/contract/words.ts";
import { isMask, mask, maskSecret } from "./mask-secret.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How POSTs authenticate at the target, besides the token header. */
export type Authentication =
  | { readonly type: "none" }
  | { readonly type: "basic"; readonly username: string; readonly password: string }
  | Oauth2;

/** Client credentials for an OAuth 2 token endpoint. */
export interface Oauth2 {
  readonly type: "oauth2";
  /** Token endpoint. */
  readonly url: string;
  /** Fields of the token request, `client_id` and `client_secret` among them. */
  readonly body: Readonly<Record<string, JsonValue>>;
  readonly contentType: TokenContentType;
  readonly headers: Readonly<Record<string, string>>;
}

type TokenContentType = "application/x-www-form-urlencoded" | "application/json";

/** How a webhook's batches are delivered. Holds secrets. */
export interface DeliverySettings {
  readonly target: string;
  /** Sent as `X-MessageSystems-Webhook-Token`; empty when not set. */
  readonly authToken: string;
  readonly auth: Authentication;
  readonly customHeaders: Readonly<Record<string, string>>;
  /** Absent: POSTs are not signed. */
  readonly signing?: Signing;
  /**
   * Absent: bodies go out as they are. A batch id has one body: what a target decompresses is the same, byte for byte, as what
   * it would get uncompressed.
   */
  readonly compression?: Exclude<Compression, "none">;
}

/** Fields of a token request that are no secrets (RFC 6749, RFC 8707). */
const openTokenFields: ReadonlySet<string> = new Set(["client_id", "grant_type", "scope", "audience", "resource"]);

/** Whether a field of a token request may be shown. */
export const isOpenTokenField = (name: string): boolean => openTokenFields.has(name);

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Readonly<Record<string, Result>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

const maskValue = (value: JsonValue): JsonValue => (typeof value === "string" ? maskSecret(value) : mask);

/** The same settings with every secret masked: what the API shows, and what is stored beside the webhook. */
export const maskSettings = (settings: DeliverySettings): DeliverySettings => ({
  target: settings.target,
  authToken: maskSecret(settings.authToken),
  auth: maskAuthentication(settings.auth),
  customHeaders: mapValues(settings.customHeaders, maskSecret),
  ...(settings.signing === undefined ? {} : { signing: maskSigning(settings.signing) }),
  ...(settings.compression === undefined ? {} : { compression: settings.compression }),
});

const maskAuthentication = (auth: Authentication): Authentication => {
  switch (auth.type) {
    case "none":
      return auth;
    case "basic":
      return { ...auth, password: maskSecret(auth.password) };
    case "oauth2":
      return {
        ...auth,
        body: mapValues(auth.body, (value, field) => (isOpenTokenField(field) ? value : maskValue(value))),
        headers: mapValues(auth.headers, maskSecret),
      };
  }
};

/** Paths, in the API's words, of values that look like a mask but are not the mask of what is stored. */
type UnmaskProblems = readonly string[];

/**
 * Puts the stored secrets back where settings hold their masks: clients read a webhook, change it and write it back. A value
 * equal to the mask of what is stored means "unchanged"; any other value that looks like a mask is a problem.
 */
export const unmaskSettings = (
  wanted: DeliverySettings,
  stored: DeliverySettings | undefined,
): { readonly settings: DeliverySettings; readonly problems: UnmaskProblems } => {
  const problems: string[] = [];
  const unmask = <Value extends JsonValue>(value: Value, kept: Value | undefined, path: string): Value => {
    if (typeof value !== "string" || !isMask(value)) return value;
    if (kept !== undefined && value === maskValue(kept)) return kept;
    problems.push(path);
    return value;
  };
  const unmaskAll = <Value extends JsonValue>(
    values: Readonly<Record<string, Value>>,
    kept: Readonly<Record<string, Value>> | undefined,
    path: string,
  ) => mapValues(values, (value, key) => unmask(value, ownValue(kept, key), `${path}.${key}`));
  const keptBasic = stored?.auth.type === "basic" ? stored.auth : undefined;
  const keptOauth2 = stored?.auth.type === "oauth2" ? stored.auth : undefined;
  const { auth } = wanted;
  const settings: DeliverySettings = {
    ...wanted,
    authToken: unmask(wanted.authToken, stored?.authToken, "auth_token"),
    auth:
      auth.type === "basic"
        ? { ...auth, password: unmask(auth.password, keptBasic?.password, "auth_credentials.password") }
        : auth.type === "oauth2"
          ? {
              ...auth,
              body: unmaskAll(auth.body, keptOauth2?.body, "auth_request_details.body"),
              headers: unmaskAll(auth.headers, keptOauth2?.headers, "auth_request_details.headers"),
            }
          : auth,
    customHeaders: unmaskAll(wanted.customHeaders, stored?.customHeaders, "custom_headers"),
  };
  return { settings, problems };
};

/** A value of the record itself: names such as `constructor` are on every object. */
const ownValue = <Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** Secrets that a webhook's POSTs are signed with, in the form of Standard Webhooks: `whsec_` and base64. */
export interface Signing {
  readonly secret: string;
  /** Rotated secrets that still sign, newest first, so that receivers can take over the new one in their own time. */
  readonly rotated: readonly RotatedSecret[];
}

/** A secret that signs until `until`, in Unix milliseconds. */
interface RotatedSecret {
  readonly secret: string;
  readonly until: number;
}

const prefix = "whsec_";

/** Random bytes in a new secret. */
export const signingKeyBytes = 32;
/** Secrets that may sign at a time: each makes the signature header of every POST longer. */
export const maxSigningSecrets = 5;

/** The secret for random bytes. */
export const signingSecretOf = (key: Uint8Array): string => `${prefix}${Buffer.from(key).toString("base64")}`;

/** The bytes that a secret signs with. */
export const signingKeyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), "base64");

/** Secrets that sign at a time, newest first. */
export const secretsAt = ({ secret, rotated }: Signing, now: number): readonly string[] => [
  secret,
  ...rotated.filter(({ until }) => now < until).map((old) => old.secret),
];

/**
 * Puts a new secret in front. No older one outlives the overlap that starts now: without an overlap all of them end at once,
 * which is what a leaked secret needs.
 */
export const rotateSecret = (
  signing: Signing,
  rotation: { readonly secret: string; readonly now: number; readonly overlapMs: number },
): Signing => {
  const { secret, now, overlapMs } = rotation;
  const end = now + overlapMs;
  const older = [{ secret: signing.secret, until: end }, ...signing.rotated];
  const rotated = older.map((old) => ({ ...old, until: Math.min(old.until, end) })).filter(({ until }) => now < until);
  return { secret, rotated };
};

/** The same with its secrets masked. */
const maskSigning = ({ secret, rotated }: Signing): Signing => ({
  secret: maskSecret(secret),
  rotated: rotated.map((old) => ({ ...old, secret: maskSecret(old.secret) })),
});
