import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import type { AuthRequestDetails, Webhook } from "#shared/contract/api/webhook.ts";
import type { AuthType, Compression, EventsMode } from "#shared/contract/words.ts";
import { allContent, contentFieldsOf, type ContentValues, contentValuesOf } from "./content/content-values.ts";
import {
  allSubaccounts,
  type SubaccountFields,
  subaccountFieldsOf,
  type SubaccountValues,
  subaccountValuesOf,
} from "./subaccounts.ts";

/** Fields of a webhook that its owner sets. */
type WebhookFields = Pick<
  Webhook,
  | "name"
  | "target"
  | "events_mode"
  | "active"
  | "auth_type"
  | "auth_request_details"
  | "auth_credentials"
  | "auth_token"
  | "custom_headers"
  | "signing"
  | "compression"
  | "batch_size"
  | "max_batch_bytes"
  | "filter"
  | "fields"
  | "mask"
  | "keep_bodies_days"
> & {
  /** Event keys; of a file that is imported, they are as it has them. */
  readonly events: readonly string[];
};

export interface HeaderRow {
  readonly name: string;
  readonly value: string;
}

/** What the form holds. Numbers are text while they are typed. Secrets of a stored webhook are its masks. */
export interface FormValues extends ContentValues {
  readonly name: string;
  readonly target: string;
  readonly authToken: string;
  readonly authType: AuthType;
  readonly username: string;
  readonly password: string;
  readonly tokenUrl: string;
  readonly tokenContentType: NonNullable<AuthRequestDetails["content_type"]>;
  readonly tokenFields: readonly HeaderRow[];
  readonly tokenHeaders: readonly HeaderRow[];
  readonly headers: readonly HeaderRow[];
  readonly eventsMode: EventsMode;
  readonly events: readonly string[];
  readonly subaccounts: SubaccountValues;
  readonly batchSize: string;
  readonly maxBatchKilobytes: string;
  readonly keepBodiesDays: string;
  readonly compression: Compression;
  readonly signing: boolean;
  /** A secret that the owner brings; empty to have one made, or to keep what is stored. */
  readonly signingSecret: string;
  readonly active: boolean;
}

/** An empty form. */
export const newFormValues: FormValues = {
  name: "",
  target: "",
  authToken: "",
  authType: "none",
  username: "",
  password: "",
  tokenUrl: "",
  tokenContentType: "application/x-www-form-urlencoded",
  tokenFields: [
    { name: "grant_type", value: "client_credentials" },
    { name: "client_id", value: "" },
    { name: "client_secret", value: "" },
  ],
  tokenHeaders: [],
  headers: [],
  eventsMode: "selected",
  events: [],
  subaccounts: allSubaccounts,
  ...allContent,
  batchSize: String(maxBatchEvents),
  maxBatchKilobytes: String(maxBatchBytes / 1024),
  keepBodiesDays: "0",
  compression: "none",
  signing: false,
  signingSecret: "",
  active: true,
};

const rowsOf = (fields: Readonly<Record<string, unknown>> = {}): readonly HeaderRow[] =>
  Object.entries(fields).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));

/** A stored webhook in the form. */
export const formValuesOf = (webhook: Webhook): FormValues => {
  const { auth_request_details: details, auth_credentials: credentials } = webhook;
  return {
    name: webhook.name,
    target: webhook.target,
    authToken: webhook.auth_token,
    authType: webhook.auth_type,
    username: credentials.username ?? "",
    password: credentials.password ?? "",
    tokenUrl: details.url ?? "",
    tokenContentType: details.content_type ?? newFormValues.tokenContentType,
    tokenFields: webhook.auth_type === "oauth2" ? rowsOf(details.body) : newFormValues.tokenFields,
    tokenHeaders: rowsOf(details.headers),
    headers: rowsOf(webhook.custom_headers),
    eventsMode: webhook.events_mode,
    events: webhook.events_mode === "all" ? [] : webhook.events,
    subaccounts: subaccountValuesOf(webhook),
    ...contentValuesOf(webhook),
    batchSize: String(webhook.batch_size),
    maxBatchKilobytes: String(Math.floor(webhook.max_batch_bytes / 1024)),
    keepBodiesDays: String(webhook.keep_bodies_days),
    compression: webhook.compression,
    signing: webhook.signing,
    signingSecret: "",
    active: webhook.active,
  };
};

const recordOf = (rows: readonly HeaderRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]));

/** Nested values are edited as JSON text, which only a JSON request can carry. */
const tokenBodyOf = ({ tokenFields, tokenContentType }: FormValues): Record<string, unknown> => {
  const fields = recordOf(tokenFields);
  if (tokenContentType !== "application/json") return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, nestedOf(value)]));
};

const nestedOf = (text: string): unknown => {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const authDetailsOf = (values: FormValues): AuthRequestDetails =>
  values.authType === "oauth2"
    ? {
        url: values.tokenUrl.trim(),
        content_type: values.tokenContentType,
        body: tokenBodyOf(values),
        headers: recordOf(values.tokenHeaders),
      }
    : {};

/** Without `events` the webhook takes all types. */
type SentFields = Omit<WebhookFields, "events"> &
  Partial<Pick<WebhookFields, "events">> & {
    readonly signing_secret?: string;
  };

/** The fields that the API is sent for a form, but for those of sub-accounts. */
export const fieldsOf = (values: FormValues): SentFields => ({
  name: values.name.trim(),
  target: values.target.trim(),
  events_mode: values.eventsMode,
  ...(values.eventsMode === "selected" ? { events: values.events } : {}),
  ...contentFieldsOf(values),
  active: values.active,
  auth_type: values.authType,
  auth_request_details: authDetailsOf(values),
  auth_credentials: values.authType === "basic" ? { username: values.username, password: values.password } : {},
  auth_token: values.authToken,
  custom_headers: recordOf(values.headers),
  signing: values.signing,
  ...(values.signing && values.signingSecret !== "" ? { signing_secret: values.signingSecret.trim() } : {}),
  compression: values.compression,
  batch_size: Number(values.batchSize),
  max_batch_bytes: Number(values.maxBatchKilobytes) * 1024,
  keep_bodies_days: Number(values.keepBodiesDays),
});

/** A new webhook's account stands in a header, and no exceptions are a field left out. */
export const creationOf = (
  values: FormValues,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Readonly<Record<string, unknown>> } => {
  const { subaccount_id: account, exception_subaccounts: exceptions } = subaccountFieldsOf(values.subaccounts);
  return {
    headers: account < 0 ? {} : { "X-MSYS-SUBACCOUNT": String(account) },
    body: { ...fieldsOf(values), ...(exceptions.length === 0 ? {} : { exception_subaccounts: exceptions }) },
  };
};

/** What an edit changes: only that is sent, so that a change made elsewhere meanwhile is not undone. */
export const changedFieldsOf = (values: FormValues, before: FormValues): Partial<SentFields & SubaccountFields> => {
  const all = (of: FormValues) => ({ ...fieldsOf(of), ...subaccountFieldsOf(of.subaccounts) });
  const old = all(before);
  const changed = Object.entries(all(values)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field as keyof typeof old]),
  );
  return Object.fromEntries(changed) as Partial<SentFields & SubaccountFields>;
};
