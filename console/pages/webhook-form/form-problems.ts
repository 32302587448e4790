import { signingSecretPattern } from "#shared/contract/api/webhook-settings.ts";
import { maxBatchBytes, maxBatchEvents, maxKeptBodyDays } from "#shared/contract/limits.ts";
import type { ApiProblem } from "../../api/api-error.ts";
import { filterProblemText, pathsProblem, problemsOfFilterValues, selectionProblem } from "./content/content-values.ts";
import type { FormValues } from "./form-values.ts";
import { subaccountProblem } from "./subaccounts.ts";
import type { ReactNode } from "react";

/** Fields of the form that can have a problem, in the order in which they stand there. */
export const formFields = [
  "name",
  "target",
  "authToken",
  "auth",
  "headers",
  "events",
  "subaccounts",
  "filter",
  "fields",
  "mask",
  "batchSize",
  "maxBatchKilobytes",
  "keepBodiesDays",
  "signingSecret",
] as const;
export type FormField = (typeof formFields)[number];
export type FormProblems = Partial<Readonly<Record<FormField, string>>>;

const wholeNumber = (text: string, from: number, to: number): string | undefined => {
  const value = Number(text);
  const isFine = text.trim() !== "" && Number.isInteger(value) && value >= from && value <= to;
  return isFine ? undefined : `Enter a whole number from ${from} to ${to}.`;
};

const targetProblem = (text: string): string | undefined => {
  if (text === "") return "Enter the URL that gets the batches.";
  const url = URL.parse(text);
  if (url === null) return "Enter a whole URL, such as https://in.example.net/hook.";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "The URL must begin with https:// or http://.";
  if (url.username !== "" || url.password !== "") return "Leave user name and password out; use Basic authentication.";
  return undefined;
};

const authProblem = (values: FormValues): string | undefined => {
  if (values.authType === "basic" && values.username === "") return "Enter a user name.";
  if (values.authType === "oauth2" && URL.parse(values.tokenUrl.trim()) === null) return "Enter the token URL.";
  return undefined;
};

/** What can be said about a form without asking the API. The API checks everything again, and more. */
export const problemsOf = (values: FormValues): FormProblems => {
  const found: Record<FormField, string | undefined> = {
    name: values.name.trim() === "" ? "Enter a name." : undefined,
    target: targetProblem(values.target.trim()),
    authToken: undefined,
    auth: authProblem(values),
    headers: undefined,
    events:
      values.eventsMode === "selected" && values.events.length === 0 ? "Select at least one event type." : undefined,
    subaccounts: subaccountProblem(values.subaccounts),
    filter: problemsOfFilterValues(values.filter).map(filterProblemText)[0],
    fields: selectionProblem(values.fields),
    mask: pathsProblem(values.mask, "mask"),
    batchSize: wholeNumber(values.batchSize, 1, maxBatchEvents),
    signingSecret:
      values.signing && values.signingSecret !== "" && !signingSecretPattern.test(values.signingSecret.trim())
        ? "Enter whsec_ and base64 of 24 to 64 bytes, or nothing to have a secret made."
        : undefined,
    maxBatchKilobytes: wholeNumber(values.maxBatchKilobytes, 1, maxBatchBytes / 1024),
    keepBodiesDays: wholeNumber(values.keepBodiesDays, 0, maxKeptBodyDays),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined));
};

/** Fields of the API in the form. */
const formFieldOf: Readonly<Record<string, FormField>> = {
  name: "name",
  target: "target",
  auth_token: "authToken",
  auth_type: "auth",
  auth_credentials: "auth",
  auth_request_details: "auth",
  custom_headers: "headers",
  events: "events",
  events_mode: "events",
  subaccount_id: "subaccounts",
  exception_subaccounts: "subaccounts",
  filter: "filter",
  fields: "fields",
  mask: "mask",
  batch_size: "batchSize",
  max_batch_bytes: "maxBatchKilobytes",
  keep_bodies_days: "keepBodiesDays",
  signing_secret: "signingSecret",
};

/** Field that a failed test POST is shown at: what the target refuses is rarely its address. */
export const fieldOfReason = (reason: string): FormField => {
  if (reason === "token_failed") return "auth";
  if (reason === "auth_rejected") return "authToken";
  if (reason === "http_413") return "maxBatchKilobytes";
  return "target";
};

/** The API's problems at the fields that caused them; those of no field are shown with the form as a whole. */
export const problemsOfAnswer = (problems: readonly ApiProblem[]): FormProblems => {
  const found: Partial<Record<FormField, string>> = {};
  for (const { message, reason, fix } of problems) {
    const named = /^'(?<field>[a-z_]+)/.exec(message)?.groups?.["field"];
    const field = named === undefined ? (reason === undefined ? undefined : fieldOfReason(reason)) : formFieldOf[named];
    if (field !== undefined) found[field] ??= [message.trim().replace(/[:.]$/, ""), fix].filter(Boolean).join(". ");
  }
  return found;
};

/** What every group of the form's fields gets. */
export interface FormPartProps {
  readonly values: FormValues;
  /** The webhook as it is stored; the empty form for a new one. */
  readonly before: FormValues;
  readonly problems: FormProblems;
  readonly change: (part: Partial<FormValues>) => void;
  /** Shows what is wrong with some fields; false when something is. */
  readonly check: (fields: readonly FormField[]) => boolean;
  /** Below the switch for signing: the secret that a stored webhook signs with. */
  readonly signingSecret?: ReactNode;
}

/** Id of a field's control, to which the focus moves when the field has a problem. */
export const controlId = (field: string): string => `webhook-${field}`;
