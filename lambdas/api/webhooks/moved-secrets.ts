import type { UpdateWebhookRequest } from "#shared/contract/api/webhook.ts";
import { isMask } from "#shared/webhooks/mask-secret.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";

type SecretFields = Pick<
  UpdateWebhookRequest,
  "auth_token" | "auth_credentials" | "auth_request_details" | "custom_headers"
>;

/**
 * Fields whose stored secrets a request would carry to another origin than the one they were stored for: scheme, host or
 * port of the target or of the token URL change, and the request does not send the secrets again. Who may change a webhook
 * need not know its secrets, and must not learn them by pointing it elsewhere. Signing secrets never leave, only signatures.
 *
 * @param wanted the settings that the request asks for, with stored secrets filled in
 */
export const secretsToSendAgain = (
  request: SecretFields,
  stored: DeliverySettings,
  wanted: DeliverySettings,
): readonly string[] => {
  const targetMoves = isElsewhere(stored.target, wanted.target);
  const fields: string[] = [];
  if (targetMoves && wanted.authToken !== "" && isKept(request.auth_token)) fields.push("auth_token");
  if (targetMoves && Object.keys(wanted.customHeaders).length > 0 && isKept(request.custom_headers)) {
    fields.push("custom_headers");
  }
  const { auth } = wanted;
  if (auth.type === "basic" && targetMoves && isKept(request.auth_credentials)) fields.push("auth_credentials");
  if (auth.type === "oauth2" && stored.auth.type === "oauth2" && isKept(request.auth_request_details)) {
    // The access token that the stored secrets buy goes to the target.
    if (targetMoves || isElsewhere(stored.auth.url, auth.url)) fields.push("auth_request_details");
  }
  return fields;
};

const isElsewhere = (stored: string, wanted: string): boolean => new URL(stored).origin !== new URL(wanted).origin;

/** Whether a field leaves a stored secret in place: it is not sent, is empty, or holds a mask. */
const isKept = (value: unknown): boolean => {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return isMask(value);
  if (typeof value !== "object") return false;
  const parts = Object.values(value);
  return parts.length === 0 || parts.some((part) => part !== undefined && holdsMask(part));
};

const holdsMask = (value: unknown): boolean =>
  typeof value === "string"
    ? isMask(value)
    : typeof value === "object" && value !== null && Object.values(value).some(holdsMask);
