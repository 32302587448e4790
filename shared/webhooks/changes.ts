import { maxChangeBytes, maxChangedValueCharacters } from "#shared/contract/limits.ts";
import { isObject } from "#shared/text/json.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { type Authentication, type DeliverySettings, isOpenTokenField } from "./settings.ts";
import type { Author, EventRules, FieldDifference, FieldValue, Webhook, WebhookChange } from "./webhook.ts";

/** A webhook with the settings of its deliveries, secrets included: those are compared, and not shown. */
interface Compared {
  readonly webhook: Webhook;
  readonly settings: DeliverySettings;
}

/** Sorts behind every revision of a webhook. */
const deletedRevision = 999_999_999;

/** The change that a webhook begins with. It names no field: what a later change finds is told there. */
export const creation = (by: Author, at: string): WebhookChange => ({
  ...by,
  revision: 1,
  at,
  action: "created",
  fields: [],
});

/** The change that a webhook ends with. */
export const deletion = (by: Author, at: string): WebhookChange => ({
  ...by,
  revision: deletedRevision,
  at,
  action: "deleted",
  fields: [],
});

/**
 * What a change has made of a webhook.
 *
 * @param change.rotates whether its secret was rotated, which is more than that it has another one
 */
export const changeBetween = (
  before: Compared,
  after: Compared,
  change: { readonly by: Author; readonly at: string; readonly revision: number; readonly rotates: boolean },
): WebhookChange => {
  const { by, at, revision, rotates } = change;
  const [was, is] = [before.webhook.active, after.webhook.active];
  const action = rotates ? "secret_rotated" : was === is ? "updated" : is ? "resumed" : "paused";
  return { ...by, revision, at, action, ...fitting(differences(fieldsOf(before), fieldsOf(after))) };
};

/** Names that the API has for what a webhook says of itself. A rule about events that is missing here does not compile. */
const apiNames = {
  name: "name",
  active: "active",
  eventsMode: "events_mode",
  events: "events",
  subaccountId: "subaccount_id",
  exceptionSubaccounts: "exception_subaccounts",
  filter: "filter",
  fields: "fields",
  mask: "mask",
  batchSize: "batch_size",
  maxBatchBytes: "max_batch_bytes",
  keepBodiesDays: "keep_bodies_days",
} as const satisfies Readonly<
  Record<
    keyof EventRules | keyof Pick<Webhook, "name" | "active" | "batchSize" | "maxBatchBytes" | "keepBodiesDays">,
    string
  >
>;

interface Field {
  readonly value: unknown;
  readonly isSecret?: true;
}
type Fields = ReadonlyMap<string, Field>;

const fieldsOf = ({ webhook, settings }: Compared): Fields => {
  const { target, authToken, auth, customHeaders, signing, compression = "none" } = settings;
  const own = (Object.keys(apiNames) as (keyof typeof apiNames)[])
    .filter((name) => webhook[name] !== undefined)
    .map((name): readonly [string, Field] => [apiNames[name], { value: webhook[name] }]);
  return new Map<string, Field>([
    ...own,
    ["target", { value: target }],
    ...secrets("", { auth_token: authToken, signing_secret: signing?.secret ?? "" }),
    ["signing", { value: signing !== undefined }],
    ["compression", { value: compression }],
    ["auth_type", { value: auth.type }],
    ...authenticationFields(auth),
    ...secrets("custom_headers.", customHeaders),
  ]);
};

const authenticationFields = (auth: Authentication): readonly (readonly [string, Field])[] => {
  switch (auth.type) {
    case "none":
      return [];
    case "basic":
      return [
        ["auth_credentials.username", { value: auth.username }],
        ...secrets("auth_credentials.", { password: auth.password }),
      ];
    case "oauth2":
      return [
        ["auth_request_details.url", { value: auth.url }],
        ["auth_request_details.content_type", { value: auth.contentType }],
        ...Object.entries(auth.body).map(([name, value]) => {
          const field: Field = isOpenTokenField(name) ? { value } : { value, isSecret: true };
          return [`auth_request_details.body.${name}`, field] as const;
        }),
        ...secrets("auth_request_details.headers.", auth.headers),
      ];
  }
};

/** Fields whose values are not shown; an empty one is none. */
const secrets = (path: string, values: Readonly<Record<string, string>>): readonly (readonly [string, Field])[] =>
  Object.entries(values)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [`${path}${name}`, { value, isSecret: true }]);

/** A value as JSON, whatever the order of its keys is: a store may give them back in another one. */
export const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );

const differences = (before: Fields, after: Fields): readonly FieldDifference[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((field): readonly FieldDifference[] => {
    const [from, to] = [before.get(field), after.get(field)];
    if (canonical(from?.value) === canonical(to?.value)) return [];
    const kind = from === undefined ? "set" : to === undefined ? "removed" : "changed";
    const isSecret = from?.isSecret === true || to?.isSecret === true;
    return [
      {
        field: beginningOf(field, maxChangedValueCharacters),
        kind,
        ...(isSecret || from === undefined ? {} : { from: shownValue(from.value) }),
        ...(isSecret || to === undefined ? {} : { to: shownValue(to.value) }),
      },
    ];
  });

const isPlain = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

const shownValue = (value: unknown): FieldValue => {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return beginningOf(value, maxChangedValueCharacters);
  if (Array.isArray(value) && value.every(isPlain)) return value;
  return beginningOf(JSON.stringify(value), maxChangedValueCharacters);
};

/** As many of the fields as there is room for. */
const fitting = (fields: readonly FieldDifference[]): Pick<WebhookChange, "fields" | "omitted"> => {
  let bytes = 0;
  const kept = fields.filter((field) => {
    bytes += Buffer.byteLength(JSON.stringify(field));
    return bytes <= maxChangeBytes;
  });
  const omitted = fields.length - kept.length;
  return { fields: kept, ...(omitted === 0 ? {} : { omitted }) };
};
