import { importedSettings } from "#shared/contract/api/import.ts";
import { curlCommand, shellWord } from "#shared/text/curl.ts";
import { creationOf, fieldsOf, type FormValues, newFormValues } from "./form-values.ts";
import { takesAllSubaccounts } from "./subaccounts.ts";

const defaults: Readonly<Record<string, unknown>> = fieldsOf(newFormValues);

/** The body of the creation without what the API assumes anyway. */
const shortBody = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(body).filter(
      ([field, value]) =>
        ["name", "target", "events"].includes(field) ||
        (field === "events_mode" ? value === "all" : JSON.stringify(value) !== JSON.stringify(defaults[field])),
    ),
  );

/** Whether a header or field of this name holds a secret, as far as one can tell. */
export const isSecretName = (name: string): boolean =>
  /auth|cookie|credential|key|passw|secret|signature|token/i.test(name);

/** Stands in a JSON text for the value of a variable: no value of a form can hold these characters. */
const inPlaceOf = (variable: string): string => `\u0000${variable}\u0000`;

const hidden = (value: string, variable: string): string => (value === "" ? "" : inPlaceOf(variable));

const hiddenRows = (rows: FormValues["headers"], prefix: string): FormValues["headers"] =>
  rows.map(({ name, value }) => ({
    name,
    value: isSecretName(name) ? hidden(value, `${prefix}${nameInShell(name)}`) : value,
  }));

const nameInShell = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");

/** The form with variables of the shell in place of secrets. */
const withoutSecrets = (values: FormValues): FormValues => ({
  ...values,
  authToken: hidden(values.authToken, "WEBHOOK_TOKEN"),
  signingSecret: hidden(values.signingSecret, "WEBHOOK_SECRET"),
  password: hidden(values.password, "WEBHOOK_PASSWORD"),
  headers: hiddenRows(values.headers, "HEADER_"),
  tokenFields: hiddenRows(values.tokenFields, ""),
  tokenHeaders: hiddenRows(values.tokenHeaders, "TOKEN_HEADER_"),
});

/** A JSON text as a word of the shell; what stands for variables becomes their values, written as JSON. */
const jsonWord = (json: string): string =>
  json
    .split(/"\\u0000(\w+)\\u0000"/)
    .map((part, index) => (index % 2 === 0 ? shellWord(part) : `"$(printf %s "$${part}" | jq -Rs .)"`))
    .join("");

/** The form as a request to the REST API. Secrets are variables. */
export const asCurl = (values: FormValues, apiAddress: string): string => {
  const { headers, body } = creationOf(withoutSecrets(values));
  return curlCommand({
    method: "POST",
    url: apiAddress,
    headers: [
      ["Authorization", { text: "", variable: "TIDEPOST_API_KEY" }],
      ["Content-Type", "application/json"],
      ...Object.entries(headers),
    ],
    options: [`--data-raw ${jsonWord(JSON.stringify(shortBody(body), null, 2))}`],
  });
};

/** The form as an entry of Momentum's `webhooks.json`, which knows fewer fields. */
export const asImportFile = (values: FormValues): string => {
  const fields: Readonly<Record<string, unknown>> = fieldsOf(values);
  const { name, target, events, auth_token: token, custom_headers: headers } = fieldsOf(values);
  const changed = importedSettings.filter((field) => JSON.stringify(fields[field]) !== JSON.stringify(defaults[field]));
  const entry = {
    name,
    ...(values.eventsMode === "all" ? { events_mode: "all" } : { events: events ?? [] }),
    target,
    ...(token === "" ? {} : { auth_token: token }),
    ...(Object.keys(headers).length === 0 ? {} : { custom_headers: headers }),
    ...(Object.fromEntries(changed.map((field) => [field, fields[field]])) as object),
  };
  return JSON.stringify([entry], null, 2);
};

/** What of the form a `webhooks.json` cannot say. */
export const missingInImportFile = (values: FormValues): readonly string[] => {
  const missing = {
    authentication: values.authType !== "none",
    signing: values.signing,
    "days that delivered bodies are kept": values.keepBodiesDays !== newFormValues.keepBodiesDays,
    "sub-accounts": !takesAllSubaccounts(values.subaccounts),
  };
  return namesOf(missing);
};

/** Names of what holds. */
const namesOf = (facts: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.entries(facts).flatMap(([what, holds]) => (holds ? [what] : []));

/** What the command line takes of the fields of a token request. */
const commandFields: Readonly<Record<string, string>> = {
  client_id: "--client-id",
  client_secret: "--client-secret",
  scope: "--scope",
};

/** The form as a command line. Secrets are variables: the command takes none in clear text. */
export const asCommand = (values: FormValues, baseUrl: string): string => {
  const { name, target, events = [], custom_headers: headers, filter, fields: delivered, mask } = fieldsOf(values);
  const option = (flag: string, value: string): string => `${flag} ${shellWord(value)}`;
  const field = (wanted: string): string => values.tokenFields.find((row) => row.name === wanted)?.value ?? "";
  const authentication = {
    none: [],
    basic: [
      option("--username", values.username),
      ...(values.password === "" ? [] : ["--password env:WEBHOOK_PASSWORD"]),
    ],
    oauth2: [
      option("--token-url", values.tokenUrl.trim()),
      option("--client-id", field("client_id")),
      ...(field("client_secret") === "" ? [] : ["--client-secret env:CLIENT_SECRET"]),
      ...(field("scope") === "" ? [] : [option("--scope", field("scope"))]),
    ],
  };
  return [
    `npm run --silent tidepost -- create ${shellWord(target)}`,
    option("--url", baseUrl),
    option("--name", name),
    values.eventsMode === "all" ? "--all" : option("--events", events.join(",")),
    ...(values.authToken === "" ? [] : ["--token env:WEBHOOK_TOKEN"]),
    ...authentication[values.authType],
    ...Object.entries(headers).map(([header, value]) =>
      option("--header", `${header}=${isSecretName(header) ? `env:HEADER_${nameInShell(header)}` : value}`),
    ),
    ...(filter === null ? [] : [option("--filter", JSON.stringify(filter))]),
    ...(delivered === null ? [] : [option("--fields", JSON.stringify(delivered))]),
    ...(mask.length === 0 ? [] : [option("--mask", mask.join(","))]),
    ...(values.batchSize === newFormValues.batchSize ? [] : [option("--batch-size", values.batchSize)]),
    ...(values.maxBatchKilobytes === newFormValues.maxBatchKilobytes
      ? []
      : [`--max-batch-bytes ${Number(values.maxBatchKilobytes) * 1024}`]),
    ...(values.keepBodiesDays === newFormValues.keepBodiesDays ? [] : [option("--keep-bodies", values.keepBodiesDays)]),
    ...(values.compression === "none" ? [] : [`--compression ${values.compression}`]),
    ...(values.signing && values.signingSecret === "" ? ["--signing"] : []),
    ...(values.signing && values.signingSecret !== "" ? ["--signing-secret env:WEBHOOK_SECRET"] : []),
    ...(values.active ? [] : ["--paused"]),
  ].join(" \\\n  ");
};

/** What of the form the command line cannot say. */
export const missingInCommand = (values: FormValues): readonly string[] => {
  const isOauth = values.authType === "oauth2";
  const isGiven = ({ name, value }: { readonly name: string; readonly value: string }): boolean =>
    value !== "" && commandFields[name] === undefined && !(name === "grant_type" && value === "client_credentials");
  return namesOf({
    "sub-accounts": !takesAllSubaccounts(values.subaccounts),
    "further fields of the token request": isOauth && values.tokenFields.some(isGiven),
    "headers of the token request": isOauth && values.tokenHeaders.length > 0,
    "masked fields with a dot or a comma in a name": fieldsOf(values).mask.some(
      (path) => typeof path !== "string" || path.includes(","),
    ),
    "a token request as JSON": isOauth && values.tokenContentType === "application/json",
  });
};
