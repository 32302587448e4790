import { isDeepStrictEqual } from "node:util";
import { requireMatch } from "#shared/domain/api/entity-tag.ts";
import { wantedSettings } from "#shared/domain/api/wanted-settings.ts";
import { type UpdateWebhookRequest, updateWebhookRequest } from "#shared/domain/api/webhook-request.ts";
import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { requireTestPost } from "../test-post.ts";
import { changeWebhook } from "./change-webhook.ts";
import { findWebhook } from "./find-webhook.ts";
import { type NewSecret, newSecretView, secretInUse } from "./new-secret.ts";
import { requireEvents, requireFittingSubaccounts } from "./require-fitting.ts";
import { validateLink } from "./webhook-links.ts";

/** `PUT /webhooks/{id}`: changes the fields that are sent. */
export const updateWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const webhook = await findWebhook(deps, request);
  const wanted = validate(updateWebhookRequest, parseJson(request.body));
  const secret = await updateOne(deps, { webhook, wanted, ifMatch: request.header("if-match") });
  const { webhookId } = webhook;
  const links = [validateLink(deps.baseUrl, webhookId)];
  return { status: 200, results: { id: webhookId, ...newSecretView(secret), links } };
};

/** Changes one webhook; a target that changes, or is to get compressed bodies from now on, takes a test POST first. */
export const updateOne = async (
  deps: ApiDeps,
  input: {
    readonly webhook: Webhook;
    readonly wanted: UpdateWebhookRequest;
    /** Entity tags that the webhook must have one of. */
    readonly ifMatch?: string | undefined;
  },
): Promise<NewSecret> => {
  const { wanted } = input;
  const newSecret = deps.newSigningSecret();
  let testedSettings: DeliverySettings | undefined;
  const changed = await changeWebhook(deps, input.webhook, async ({ webhook, settings: stored }) => {
    requireMatch(input.ifMatch, webhook);
    const settings = wantedSettings({ request: wanted, stored, newSecret });
    const merged = mergeFields(webhook, wanted);
    if (needsTestPost(stored, settings) && !isDeepStrictEqual(settings, testedSettings)) {
      await requireTestPost(deps, settings);
      testedSettings = settings;
    }
    return { webhook: merged, settings };
  });
  return secretInUse(changed.settings, newSecret);
};

/** Only what the target may not take is tried; signatures are headers that it may ignore. */
const needsTestPost = (stored: DeliverySettings, wanted: DeliverySettings): boolean =>
  wanted.target !== stored.target || (wanted.compression === "gzip" && stored.compression !== "gzip");

const mergeFields = (webhook: Webhook, wanted: UpdateWebhookRequest): Webhook => {
  const eventsMode = wanted.events_mode ?? webhook.eventsMode;
  const { subaccountId: storedSubaccount, exceptionSubaccounts: storedExceptions, ...kept } = webhook;
  const subaccountId = wanted.subaccount_id === undefined ? (storedSubaccount ?? -1) : wanted.subaccount_id;
  const exceptions = wanted.exception_subaccounts ?? storedExceptions ?? [];
  requireFittingSubaccounts(subaccountId === -1 ? "all" : subaccountId, exceptions);
  return {
    ...kept,
    name: wanted.name ?? webhook.name,
    active: wanted.active ?? webhook.active,
    eventsMode,
    events: requireEvents(wanted.events ?? webhook.events, eventsMode),
    batchSize: wanted.batch_size ?? webhook.batchSize,
    maxBatchBytes: wanted.max_batch_bytes ?? webhook.maxBatchBytes,
    ...(subaccountId === -1 ? {} : { subaccountId }),
    ...(exceptions.length === 0 ? {} : { exceptionSubaccounts: exceptions }),
  };
};
