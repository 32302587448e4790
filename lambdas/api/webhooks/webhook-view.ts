import type { Authentication } from "#shared/domain/delivery-settings.ts";
import { entityTagOf } from "#shared/domain/api/entity-tag.ts";
import { inTimeZone } from "#shared/domain/api/time-zone.ts";
import type { Signing } from "#shared/domain/signing.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Link } from "./webhook-links.ts";

/** A change is live after this time at the latest. */
const definitionDelayMs = 60_000;

/** A webhook as the API shows it: secrets masked, times in a time zone. */
export const webhookView = (
  webhook: Webhook,
  { timeZone, links }: { readonly timeZone: string; readonly links: readonly Link[] },
) => {
  const { maskedSettings: settings, exceptionSubaccounts, subaccountId, lastSuccessful, lastFailure } = webhook;
  return {
    id: webhook.webhookId,
    name: webhook.name,
    target: settings.target,
    events: webhook.events,
    events_mode: webhook.eventsMode,
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
      const details = { url, body, content_type: contentType, headers };
      return { auth_type: type, auth_request_details: details, auth_credentials: {} };
    }
  }
};
