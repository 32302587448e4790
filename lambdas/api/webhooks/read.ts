import { contentView } from "./content.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import type { Webhook as ShownWebhook } from "#shared/contract/api/webhook.ts";
import { type WebhooksQuery, webhooksQuery } from "#shared/contract/api/summary.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import * as z from "zod";
import { type RequestError, errors, validate } from "#shared/errors.ts";
import { readFleet } from "../fleet/fleet.ts";
import { decodeCursor, encodeCursor, isPage, pageOf, pageSize } from "../fleet/page.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { mask } from "#shared/webhooks/mask-secret.ts";
import type { Authentication, Signing } from "#shared/webhooks/settings.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** `GET /webhooks/{id}`. */
export const readWebhook = async (deps: ApiDeps, request: Request): Promise<Answered<"GET /v1/webhooks/{id}">> => {
  const timeZone = timeZoneOf(request.query["timezone"]);
  const webhook = await findWebhook(deps, request);
  const { webhookId } = webhook;
  const links = [validateLink(deps.baseUrl, webhookId), batchesLink(deps.baseUrl, webhookId)];
  const headers = { etag: entityTagOf(webhook) };
  return { status: 200, body: { results: webhookView(webhook, { timeZone, links }) }, headers };
};

/** `GET /webhooks`: the webhooks of the caller's customer, oldest first: all, or a page when the request asks for one. */
export const listWebhooks = async (
  deps: ApiDeps,
  { caller, query, header }: Request,
): Promise<Answered<"GET /v1/webhooks">> => {
  const timeZone = timeZoneOf(query["timezone"]);
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  if (isPage(webhooksQuery, query)) {
    return await webhooksPage(deps, caller.customerId, { ...validate(webhooksQuery, query), subaccount, timeZone });
  }
  const webhooks = await deps.webhooks.list(caller.customerId);
  const results = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((webhook) => listedView(deps, webhook, timeZone));
  return { status: 200, body: { results } };
};

const webhooksPage = async (
  deps: ApiDeps,
  customerId: string,
  options: WebhooksQuery & { readonly subaccount: Subaccount; readonly timeZone: string },
): Promise<Answered<"GET /v1/webhooks">> => {
  const { limit = pageSize, cursor, subaccount, timeZone } = options;
  const query = { subaccount, sort: "created" } as const;
  const after = cursor === undefined ? undefined : decodeCursor(customerId, query, cursor);
  const { rows } = await readFleet(deps, customerId);
  const page = pageOf(rows, query, { limit, after });
  const found = await deps.webhooks.findMany(customerId, page.ids);
  const byId = new Map(found.map((webhook) => [webhook.webhookId, webhook]));
  const webhooks = page.ids.flatMap((id) => byId.get(id) ?? []);
  const next = page.next === undefined ? {} : { next_cursor: encodeCursor(customerId, query, page.next) };
  return { status: 200, body: { results: webhooks.map((webhook) => listedView(deps, webhook, timeZone)), ...next } };
};

const listedView = ({ baseUrl }: ApiDeps, webhook: Webhook, timeZone: string): ShownWebhook =>
  webhookView(webhook, { timeZone, links: [webhookLink(baseUrl, webhook.webhookId)] });

/**
 * The caller's webhook that a path names. 404 for what cannot be an id, for another customer's webhook, and for one that
 * the sub-account in whose name the caller acts does not own.
 */
export const findWebhook = async (deps: ApiDeps, request: Request): Promise<Webhook> => {
  const id = z.uuid().safeParse(request.parameters["id"]);
  const webhook = id.success ? await findWebhookById(deps, request, id.data.toLowerCase()) : undefined;
  if (webhook === undefined) throw webhookNotFound();
  return webhook;
};

/** A webhook by its id; undefined when there is none, or it is not the caller's. */
export const findWebhookById = async (
  deps: ApiDeps,
  { caller, header }: Request,
  webhookId: string,
): Promise<Webhook | undefined> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  return await findOwn(deps, { customerId: caller.customerId, subaccount, webhookId });
};

/** A webhook as it is now; undefined when there is none, or it does not belong to this sub-account. */
export const findOwn = async (
  { webhooks }: Pick<ApiDeps, "webhooks">,
  {
    customerId,
    subaccount,
    webhookId,
  }: Pick<Webhook, "customerId" | "webhookId"> & { readonly subaccount: Subaccount },
): Promise<Webhook | undefined> => {
  const webhook = await webhooks.find(customerId, webhookId);
  return subaccount === "all" || webhook?.subaccountId === subaccount ? webhook : undefined;
};

export const webhookNotFound = (): RequestError =>
  errors.notFound("Resource could not be found", "There is no such webhook.");

/** A change is live after this time at the latest. */
const definitionDelayMs = 60_000;

/** A webhook as the API shows it: secrets masked, times in a time zone. */
const webhookView = (
  webhook: Webhook,
  { timeZone, links }: { readonly timeZone: string; readonly links: readonly Link[] },
): ShownWebhook => {
  const { maskedSettings: settings, exceptionSubaccounts, subaccountId, lastSuccessful, lastFailure } = webhook;
  return {
    id: webhook.webhookId,
    name: webhook.name,
    target: settings.target,
    // A version that was rolled back may have stored types that this one does not know.
    events: webhook.events.filter(isEventKey),
    events_mode: webhook.eventsMode,
    ...contentView(webhook),
    ...authenticationView(settings.auth),
    auth_token: settings.authToken,
    custom_headers: settings.customHeaders,
    ...signingView(settings.signing),
    compression: settings.compression ?? "none",
    active: webhook.active,
    active_at: new Date(Date.parse(webhook.updatedAt) + definitionDelayMs).toISOString(),
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
    etag: entityTagOf(webhook),
    batch_size: webhook.batchSize,
    max_batch_bytes: webhook.maxBatchBytes,
    keep_bodies_days: webhook.keepBodiesDays ?? 0,
    ...(subaccountId === undefined ? {} : { subaccount_id: subaccountId }),
    // Strings, although they are sent as numbers: compatible clients expect them so.
    ...(exceptionSubaccounts === undefined ? {} : { exception_subaccounts: exceptionSubaccounts.map(String) }),
    ...(lastSuccessful === undefined ? {} : { last_successful: inTimeZone(lastSuccessful, timeZone) }),
    ...(lastFailure === undefined ? {} : { last_failure: inTimeZone(lastFailure, timeZone) }),
    links,
  };
};

const signingView = (signing: Signing | undefined) => {
  if (signing === undefined) return { signing: false };
  const { secret, rotated } = signing;
  const end = rotated.length === 0 ? undefined : Math.max(...rotated.map(({ until }) => until));
  return {
    signing: true,
    signing_secret: secret,
    ...(end === undefined ? {} : { old_secrets_end: new Date(end).toISOString() }),
  };
};

const authenticationView = (auth: Authentication) => {
  switch (auth.type) {
    case "none":
      return { auth_type: auth.type, auth_request_details: {}, auth_credentials: {} };
    case "basic": {
      const { type, username, password } = auth;
      return { auth_type: type, auth_request_details: {}, auth_credentials: { username, password } };
    }
    case "oauth2": {
      const { type, url, body, contentType, headers } = auth;
      // As requests send them: what is as by default is left out.
      const details = {
        url,
        body,
        ...(contentType === "application/x-www-form-urlencoded" ? {} : { content_type: contentType }),
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
      };
      // The token is asked for again and again, and is nobody's business.
      return { auth_type: type, auth_request_details: details, auth_credentials: { access_token: mask } };
    }
  }
};

type Link = ShownWebhook["links"][number];

const hrefOf = (baseUrl: string, webhookId: string): string => `${baseUrl}/v1/webhooks/${webhookId}`;

/** Where a webhook is read and updated. */
export const webhookLink = (baseUrl: string, webhookId: string): Link => ({
  href: hrefOf(baseUrl, webhookId),
  rel: "urn.msys.webhooks.webhook",
  method: ["GET", "PUT"],
});

/** Where a webhook's target is tried. */
export const validateLink = (baseUrl: string, webhookId: string): Link => ({
  href: `${hrefOf(baseUrl, webhookId)}/validate`,
  rel: "urn.msys.webhooks.validate",
  method: ["POST"],
});

/** Where a webhook's batch status is read. */
const batchesLink = (baseUrl: string, webhookId: string): Link => ({
  href: `${hrefOf(baseUrl, webhookId)}/batch-status`,
  rel: "urn.msys.webhooks.batches",
  method: ["GET"],
});

/** Checks a `timezone` query parameter: an IANA name. UTC when it is absent. */
const timeZoneOf = (name: string | undefined): string => {
  if (name === undefined || name === "") return "UTC";
  try {
    // Offsets such as +02:00 are time zones for Intl, but no IANA names.
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // Falls through to the one refusal.
  }
  throw errors.badParameter(
    "'timezone' must be an IANA time zone name",
    `Sent: ${JSON.stringify(beginningOf(name, 80))}. Accepted: names such as 'UTC' or 'America/New_York'.`,
  );
};

/** A time as ISO 8601 with the offset that a time zone has at that time: `2024-03-02T10:14:55+01:00`. */
const inTimeZone = (iso: string, timeZone: string): string => {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  });
  const parts = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second, timeZoneName = "GMT" } = parts;
  const offset = timeZoneName === "GMT" ? "+00:00" : timeZoneName.slice("GMT".length);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
};

/** Entity tag of a webhook at a revision (RFC 9110, section 8.8.3). */
const entityTagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

/** Throws 412 unless `If-Match` (RFC 9110, section 13.1.1) is absent, is `*`, or names the webhook as it is now. */
export const requireMatch = (ifMatch: string | undefined, webhook: { readonly revision: number }): void => {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (!tags.includes(entityTagOf(webhook))) throw changedMeanwhile();
};

/** The answer to a request about a webhook that another request has modified. */
const changedMeanwhile = (): RequestError =>
  errors.changedMeanwhile(
    "The webhook was modified by another request",
    "Read it again, and repeat the request with its present 'etag' in If-Match.",
  );
