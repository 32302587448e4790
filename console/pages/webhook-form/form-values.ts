import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import type { AuthRequestDetails, AuthType, EventsMode, Webhook, WebhookFields } from "../../api/webhook.ts";

export interface HeaderRow {
  readonly name: string;
  readonly value: string;
}

/** What the form holds. Numbers are text while they are typed. Secrets of a stored webhook are its masks. */
export interface FormValues {
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
  readonly batchSize: string;
  readonly maxBatchKilobytes: string;
  readonly gzip: boolean;
  readonly signing: boolean;
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
  batchSize: String(maxBatchEvents),
  maxBatchKilobytes: String(maxBatchBytes / 1024),
  gzip: false,
  signing: false,
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
    batchSize: String(webhook.batch_size),
    maxBatchKilobytes: String(Math.floor(webhook.max_batch_bytes / 1024)),
    gzip: webhook.compression === "gzip",
    signing: webhook.signing,
    active: webhook.active,
  };
};

const recordOf = (rows: readonly HeaderRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]));

const authDetailsOf = (values: FormValues): AuthRequestDetails =>
  values.authType === "oauth2"
    ? {
        url: values.tokenUrl.trim(),
        content_type: values.tokenContentType,
        body: recordOf(values.tokenFields),
        headers: recordOf(values.tokenHeaders),
      }
    : {};

/** The fields that the API is sent for a form. Without `events` the webhook takes all types. */
export const fieldsOf = (
  values: FormValues,
): Omit<WebhookFields, "events"> & Partial<Pick<WebhookFields, "events">> => ({
  name: values.name.trim(),
  target: values.target.trim(),
  events_mode: values.eventsMode,
  ...(values.eventsMode === "selected" ? { events: values.events } : {}),
  active: values.active,
  auth_type: values.authType,
  auth_request_details: authDetailsOf(values),
  auth_credentials: values.authType === "basic" ? { username: values.username, password: values.password } : {},
  auth_token: values.authToken,
  custom_headers: recordOf(values.headers),
  signing: values.signing,
  compression: values.gzip ? "gzip" : "none",
  batch_size: Number(values.batchSize),
  max_batch_bytes: Number(values.maxBatchKilobytes) * 1024,
});

/** What an edit changes: only that is sent, so that a change made elsewhere meanwhile is not undone. */
export const changedFieldsOf = (values: FormValues, before: FormValues): Partial<WebhookFields> => {
  const old = fieldsOf(before);
  const changed = Object.entries(fieldsOf(values)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field as keyof typeof old]),
  );
  return Object.fromEntries(changed) as Partial<WebhookFields>;
};
