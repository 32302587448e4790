import * as z from "zod";
import type { Caller } from "#shared/api-key.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import { type ChangeRecord, changesQuery } from "#shared/contract/api/changes.ts";
import { errors, validate } from "#shared/errors.ts";
import { bytesOfOpaqueText, toOpaqueText } from "#shared/runtime/opaque-text.ts";
import type { ChangePlace, KeptChange } from "#shared/webhooks/change-store.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Author, Webhook } from "#shared/webhooks/webhook.ts";
import type { Answered, ApiDeps, Request } from "../deps.ts";
import { findWebhookById, webhookNotFound } from "./read.ts";

/** Who makes a change, by the caller's key or portal link. That may be gone meanwhile: then its id is all there is. */
export const authorOf = async (
  { apiKeys, portalLinks }: Pick<ApiDeps, "apiKeys" | "portalLinks">,
  { customerId, keyId, portalLinkId }: Caller,
): Promise<Author> => {
  if (portalLinkId !== undefined) {
    const link = await portalLinks.find(portalLinkId);
    return { portalLinkId, ...(link === undefined ? {} : { keyLabel: link.label }) };
  }
  if (keyId === undefined) return {};
  const key = await apiKeys.findById(customerId, keyId);
  return { keyId, ...(key === undefined ? {} : { keyLabel: key.label }) };
};

/**
 * Puts a webhook's last change aside, before the webhook is stored with another one, or deleted. The last change stands in
 * the webhook itself and is written with it: a crash neither loses a change that was made nor leaves one that was not.
 */
export const keepLastChange = async (deps: Pick<ApiDeps, "changes" | "now">, webhook: Webhook): Promise<void> => {
  if (webhook.lastChange !== undefined) await deps.changes.keep(webhook, webhook.lastChange, deps.now());
};

/**
 * `GET /webhooks/{id}/changes`: newest first. Those of a webhook that was deleted can be read by who acts for the whole
 * customer, also when there is another with its id: nothing says any more which sub-account it belonged to.
 */
export const listChanges = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/changes">> => {
  const id = z.uuid().safeParse(request.parameters["id"]);
  if (!id.success) throw webhookNotFound();
  const webhookId = id.data.toLowerCase();
  const webhook = await findWebhookById(deps, request, webhookId);
  const isForAll = subaccountOf(request.header("x-msys-subaccount")) === "all";
  if (webhook === undefined && !isForAll) throw webhookNotFound();
  const { limit, cursor } = validate(changesQuery, request.query);
  const last = cursor === undefined ? lastOf(webhook) : [];
  const before = cursor === undefined ? placeOfLast(webhook) : decodeCursor(webhookId, cursor);
  // One more than is shown tells whether there are more.
  const query = { before, limit: limit + 1 - last.length, now: deps.now() };
  const kept = await deps.changes.list({ customerId: request.caller.customerId, webhookId }, query);
  const found = [...last, ...kept.filter(({ createdAt }) => isForAll || createdAt === webhook?.createdAt)];
  if (webhook === undefined && found.length === 0) throw webhookNotFound();
  const shown = found.slice(0, limit);
  const end = found.length > limit ? shown.at(-1) : undefined;
  const next = end === undefined ? {} : { next_cursor: encodeCursor(webhookId, placeOf(end)) };
  return { status: 200, body: { results: shown.map((change) => changeView(change, request.caller)), ...next } };
};

const lastOf = (webhook: Webhook | undefined): readonly KeptChange[] =>
  webhook?.lastChange === undefined ? [] : [{ createdAt: webhook.createdAt, change: webhook.lastChange }];

/**
 * What was put aside before a change that was not made after all lies behind the webhook's last one, and does not count. A
 * webhook that is gone has everything.
 */
const placeOfLast = (webhook: Webhook | undefined): ChangePlace | undefined =>
  webhook && { createdAt: webhook.createdAt, revision: webhook.lastChange?.revision ?? webhook.revision };

const placeOf = ({ createdAt, change: { revision } }: KeptChange): ChangePlace => ({ createdAt, revision });

/** Keys, and links of other people, are the platform's affair: a portal session sees the author of its own changes alone. */
const authorView = ({ keyId, portalLinkId, keyLabel }: Author, caller: Caller) =>
  caller.portalLinkId === undefined || caller.portalLinkId === portalLinkId
    ? { key_id: keyId, portal_link_id: portalLinkId, key_label: keyLabel }
    : {};

const changeView = ({ change }: KeptChange, caller: Caller): ViewOf<ChangeRecord> => ({
  at: change.at,
  action: change.action,
  revision: change.action === "deleted" ? undefined : change.revision,
  imported: change.imported,
  ...authorView(change, caller),
  fields: change.fields,
  omitted_fields: change.omitted,
});

const separator = "#";
const parts = z.tuple([z.uuid(), z.iso.datetime({ precision: 3 }), z.string().regex(/^\d{1,9}$/)]);

const encodeCursor = (webhookId: string, { createdAt, revision }: ChangePlace): string =>
  toOpaqueText(Buffer.from([webhookId, createdAt, revision].join(separator)));

const decodeCursor = (webhookId: string, cursor: string): ChangePlace => {
  const parsed = parts.safeParse(bytesOfOpaqueText(cursor)?.toString().split(separator));
  if (parsed.success && parsed.data[0] === webhookId) {
    return { createdAt: parsed.data[1], revision: Number(parsed.data[2]) };
  }
  throw errors.badParameter(
    "'cursor' is not a cursor of this list",
    "Accepted: 'next_cursor' of this webhook's changes.",
  );
};
