import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import { shellWord } from "../../components/test-outcome/exchange-text.ts";
import { fieldsOf, type FormValues, newFormValues } from "./form-values.ts";

const defaults: Readonly<Record<string, unknown>> = fieldsOf(newFormValues);

/** The body of the creation without what the API assumes anyway. */
const shortBody = (values: FormValues): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fieldsOf(values)).filter(
      ([field, value]) =>
        ["name", "target", "events"].includes(field) ||
        (field === "events_mode" ? value === "all" : JSON.stringify(value) !== JSON.stringify(defaults[field])),
    ),
  );

/** The form as a request to the REST API. */
export const asCurl = (values: FormValues, apiAddress: string): string =>
  [
    `curl -X POST ${shellWord(apiAddress)}`,
    `  -H "Authorization: $TIDEPOST_API_KEY"`,
    `  -H "Content-Type: application/json"`,
    `  -d ${shellWord(JSON.stringify(shortBody(values), null, 2))}`,
  ].join(" \\\n");

/** The form as an entry of Momentum's `webhooks.json`, which knows fewer fields. */
export const asImportFile = (values: FormValues): string => {
  const { name, target, events, auth_token: token, custom_headers: headers } = fieldsOf(values);
  const entry = {
    name,
    events: events ?? [],
    target,
    ...(token === "" ? {} : { auth_token: token }),
    ...(Object.keys(headers).length === 0 ? {} : { custom_headers: headers }),
  };
  return JSON.stringify([entry], null, 2);
};

/** What of the form a `webhooks.json` cannot say. */
export const missingInImportFile = (values: FormValues): readonly string[] => {
  const missing = {
    "all events": values.eventsMode === "all",
    authentication: values.authType !== "none",
    "batch size": values.batchSize !== String(maxBatchEvents),
    "largest body": values.maxBatchKilobytes !== String(maxBatchBytes / 1024),
    compression: values.gzip,
    signing: values.signing,
    "starting paused": !values.active,
  };
  return Object.entries(missing).flatMap(([what, isMissing]) => (isMissing ? [what] : []));
};
