import * as z from "zod";
import { issueOf } from "#shared/contract/api/common.ts";
import { type ImportEntry, importEntry, importOf } from "#shared/contract/api/import.ts";
import { unknownFields } from "../ignored-fields.ts";
import { probeRequest, sendRequest } from "#shared/contract/api/probe.ts";
import { createWebhookRequest, updateWebhookRequest } from "#shared/contract/api/webhook.ts";
import { parseTargetUrl } from "#shared/delivery/address-policy.ts";
import { parseJson, validate, errors } from "#shared/errors.ts";
import { withoutNulls } from "../without-nulls.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";
import { isMask } from "#shared/webhooks/mask-secret.ts";

// What the contract's schemas cannot say: their rules that are code are added here.

const checkUrl = (text: string | undefined, context: z.RefinementCtx, path: readonly string[] = []): void => {
  const parsed = text === undefined ? undefined : parseTargetUrl(text);
  if (parsed?.kind !== "invalid") return;
  context.addIssue({ code: "custom", message: parsed.problem, input: text, path: [...path] });
};

const checkTokenUrl = (details: { readonly url?: string } | undefined, context: z.RefinementCtx): void => {
  checkUrl(details?.url, context, ["url"]);
};

const checkNoMask = (text: string, context: z.RefinementCtx): void => {
  if (!isMask(text)) return;
  context.addIssue({ code: "custom", message: "must not start with '****', which marks a masked value", input: text });
};

const created = createWebhookRequest.shape;
const newWebhook = createWebhookRequest.extend({
  target: created.target.superRefine(checkUrl),
  auth_request_details: created.auth_request_details.superRefine(checkTokenUrl),
});

/** What does not take all events must name some: said together with what else is missing. */
const newWebhookWithEvents = newWebhook.extend({ events: created.events.unwrap() });

const changed = updateWebhookRequest.shape;
const urls = {
  target: changed.target.superRefine(checkUrl),
  auth_request_details: changed.auth_request_details.superRefine(checkTokenUrl),
};
const webhookChange = updateWebhookRequest.extend(urls);
const probe = probeRequest.extend(urls);
const sending = sendRequest.extend({ target: created.target.superRefine(checkUrl) });

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const takesAll = (wanted: unknown): boolean =>
  isObject(wanted) && "events_mode" in wanted && wanted.events_mode === "all";
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const imported = importEntry.shape;
const importFile = z.object({
  entries: importOf(
    importEntry
      .extend({
        target: imported.target.superRefine(checkUrl),
        auth_token: imported.auth_token.superRefine(checkNoMask),
        custom_headers: imported.custom_headers.superRefine((headers, context) => {
          for (const value of Object.values(headers)) checkNoMask(value, context);
        }),
      })
      // Said together with what else is wrong.
      .refine((entry) => takesAll(entry) || !isObject(entry) || "events" in entry, {
        path: ["events"],
        error: "is required",
        params: issueOf("missing"),
        when: () => true,
      })
      .refine((entry) => takesAll(entry) || !isObject(entry) || !isEmptyList(entry.events), {
        path: ["events"],
        error: "must contain at least one event, or 'events_mode' must be all",
        when: () => true,
      }),
  ),
});

/** Names of an entry's fields that nobody reads, in the form in which they may be shown. */
const notTakenOf = (entry: unknown): readonly string[] =>
  isObject(entry) ? unknownFields({ ...entry }, { request: importEntry }).map(({ name }) => name) : [];

/** Reads the body of a request that creates a webhook. Throws what the API answers when it is not valid. */
export const readNewWebhook = (body: Buffer) => {
  const wanted = withoutNulls(parseJson(body));
  return validate(takesAll(wanted) ? newWebhook : newWebhookWithEvents, wanted, nearestEventKey);
};

/** Reads the body of a request that changes a webhook. */
export const readWebhookChange = (body: Buffer) =>
  validate(webhookChange, withoutNulls(parseJson(body)), nearestEventKey);

/** Reads the body of a request that tries a target. */
export const readProbe = (body: Buffer) => validate(probe, withoutNulls(parseJson(body)), nearestEventKey);

/** Reads the body of a request that sends a batch to a URL. */
export const readSend = (body: Buffer) => validate(sending, withoutNulls(parseJson(body)));

/** Checks the content of a `webhooks.json`; every problem names its position, as in `entries[3].events[2]`. */
export const parseImportFile = (content: unknown): readonly ImportEntry[] => {
  if (!Array.isArray(content)) {
    throw errors.invalid(
      "The request body must be an array",
      "Send the content of webhooks.json: a list of objects with 'events' and 'target'.",
    );
  }
  const { entries } = validate(importFile, { entries: withoutNulls(content) }, nearestEventKey);
  return entries.map(({ events = [], ...entry }, index) => ({
    ...entry,
    events,
    notTaken: notTakenOf(content[index]),
  }));
};
