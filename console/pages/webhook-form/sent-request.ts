import type { EventSample } from "#shared/contract/api/event.ts";
import { count } from "#shared/text/numbers.ts";
import { sampleOf } from "../../components/event-choices.ts";
import { pathWords, selectionWords } from "../../components/filter-words.ts";
import { contentFieldsOf } from "./content/content-values.ts";
import { fieldsOf, type FormValues } from "./form-values.ts";

const maxSamples = 2;

const authorization = (values: FormValues): readonly string[] => {
  if (values.authType === "basic") return ["Authorization: Basic (user name and password)"];
  if (values.authType === "oauth2") return ["Authorization: Bearer (access token)"];
  return [];
};

const pathOf = (target: string): { readonly path: string; readonly host: string } => {
  const url = URL.parse(target.trim());
  return url === null ? { path: "/…", host: "…" } : { path: `${url.pathname}${url.search}`, host: url.host };
};

/** What a batch of the webhook in the form will look like on the wire. */
export const sentRequestText = (values: FormValues, samples: readonly EventSample[]): string => {
  const { path, host } = pathOf(values.target);
  const { custom_headers: headers } = fieldsOf(values);
  const wanted = values.eventsMode === "all" ? ["injection", "delivery"] : values.events;
  const events = wanted.flatMap((type) => sampleOf(samples, type) ?? []).slice(0, maxSamples);
  const { fields, mask } = contentFieldsOf(values);
  const changes = [
    ...(fields === null ? [] : [`fields: ${selectionWords(fields)}`]),
    ...(mask.length === 0 ? [] : [`hashes instead of ${mask.map(pathWords).join(", ")}`]),
  ];
  const others = Math.max(0, Number(values.batchSize) - events.length) || 0;
  return [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Content-Type: application/json",
    ...(values.compression === "none" ? [] : [`Content-Encoding: ${values.compression}`]),
    "X-MessageSystems-Batch-ID: (the same on every attempt)",
    ...(values.authToken === "" ? [] : [`X-MessageSystems-Webhook-Token: ${values.authToken}`]),
    ...authorization(values),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(values.signing
      ? ["webhook-id: (batch id)", "webhook-timestamp: (now)", "webhook-signature: v1,(signature)"]
      : []),
    "",
    events.length === 0 ? "[ the events that you select ]" : JSON.stringify(events, null, 2),
    ...(changes.length > 0 && events.length > 0 ? ["", `… of which it gets: ${changes.join("; ")}`] : []),
    ...(others > 0 && events.length > 0 ? ["", `… and up to ${count(others)} more events`] : []),
  ].join("\n");
};
