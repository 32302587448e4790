import { type Authentication, type DeliverySettings, type Signing, unmaskSettings } from "#shared/webhooks/settings.ts";
import { isMask, maskSecret } from "#shared/webhooks/mask-secret.ts";
import { type RequestError, errors, together } from "#shared/errors.ts";
import type { UpdateWebhookRequest } from "#shared/contract/api/webhook.ts";
import type { ApiDeps } from "../deps.ts";
import { secretsToSendAgain } from "./moved-secrets.ts";
import { messageDays } from "#shared/contract/limits.ts";
import type { Subaccount } from "#shared/webhooks/subaccount.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { EventsMode } from "#shared/contract/words.ts";

type SettingsFields = Pick<
  UpdateWebhookRequest,
  | "target"
  | "auth_type"
  | "auth_request_details"
  | "auth_credentials"
  | "auth_token"
  | "custom_headers"
  | "signing"
  | "signing_secret"
  | "compression"
>;

/**
 * The delivery settings that a request asks for: its own fields, and for the others what is stored. Secrets that come back
 * masked are put back. Throws 422 for fields that do not go together.
 */
export const wantedSettings = (input: {
  readonly request: SettingsFields;
  /** Absent for a webhook that is not stored. */
  readonly stored?: DeliverySettings;
  /** Signs when the request turns signing on without a secret of its own; not used otherwise. */
  readonly newSecret: string;
}): DeliverySettings => {
  const { request, stored, newSecret } = input;
  const problems: RequestError[] = [];
  const auth = wantedAuthentication(request, stored?.auth, problems);
  const customHeaders = request.custom_headers ?? stored?.customHeaders ?? {};
  const setsAuthorization = Object.keys(customHeaders).some((name) => name.toLowerCase() === "authorization");
  if (setsAuthorization && auth.type !== "none") {
    problems.push(
      errors.reservedHeader(
        request.custom_headers === undefined
          ? "'auth_type' must be none while the webhook has the custom header 'Authorization'"
          : "'custom_headers.Authorization' is a reserved header while 'auth_type' is not none",
        `auth_type ${auth.type} sets this header.`,
      ),
    );
  }
  const signing = wantedSigning(request, { stored: stored?.signing, newSecret, problems });
  const compression = request.compression ?? stored?.compression ?? "none";
  const unmasked = unmaskSettings(
    {
      target: request.target ?? stored?.target ?? "",
      authToken: request.auth_token === undefined ? (stored?.authToken ?? "") : (request.auth_token ?? ""),
      auth,
      customHeaders,
      ...(signing === undefined ? {} : { signing }),
      ...(compression === "none" ? {} : { compression }),
    },
    stored,
  );
  problems.push(...unmasked.problems.map(maskedValue));
  if (problems.length > 0) throw together(problems);
  const unsent = stored === undefined ? [] : secretsToSendAgain(request, stored, unmasked.settings);
  if (unsent.length > 0) throw together(unsent.map(mustBeSentAgain));
  return unmasked.settings;
};

/** What the API answers to a mask that stands for nothing. */
export const maskedValue = (path: string): RequestError =>
  errors.invalid(
    `'${path}' must not start with '****', which marks a masked value`,
    "Send the value that was read to keep what is stored, or a new secret.",
  );

const mustBeSentAgain = (field: string): RequestError =>
  errors.contradictory(
    `'${field}' must be sent again with its secrets, because the target or token URL moves to another origin`,
    "Stored secrets go only to the scheme, host and port that they were stored for. Send the secret itself, not the " +
      "masked value that was read, or remove it.",
  );

/**
 * Turning signing off drops the secrets: turned on again, it starts with a new one. A secret of the caller's replaces what
 * signed before at once, like any other field; the mask that was read keeps it.
 */
const wantedSigning = (
  { signing, signing_secret: sent }: SettingsFields,
  input: {
    readonly stored: Signing | undefined;
    readonly newSecret: string;
    readonly problems: RequestError[];
  },
): Signing | undefined => {
  const { stored, newSecret, problems } = input;
  const isKept = sent === undefined || (stored !== undefined && sent === maskSecret(stored.secret));
  if (!isKept && isMask(sent)) problems.push(maskedValue("signing_secret"));
  if (!(signing ?? stored !== undefined)) {
    if (!isKept) {
      problems.push(
        errors.contradictory("'signing_secret' needs 'signing': true", "A webhook that does not sign has no secret."),
      );
    }
    return undefined;
  }
  if (isKept || sent === stored?.secret) return stored ?? { secret: newSecret, rotated: [] };
  return { secret: sent, rotated: [] };
};

const wantedAuthentication = (
  request: SettingsFields,
  stored: Authentication | undefined,
  problems: RequestError[],
): Authentication => {
  switch (request.auth_type ?? stored?.type ?? "none") {
    case "none":
      return { type: "none" };
    case "basic":
      return wantedBasic(request, stored, problems);
    case "oauth2":
      return wantedOauth2(request, stored, problems);
  }
};

const wantedBasic = (
  request: SettingsFields,
  stored: Authentication | undefined,
  problems: RequestError[],
): Authentication => {
  const credentials = request.auth_credentials ?? {};
  if (Object.keys(credentials).length === 0 && stored?.type === "basic") return stored;
  if (credentials.username === undefined || credentials.username === "") {
    problems.push(required("auth_credentials.username", "auth_type basic needs a user name."));
  } else if (credentials.username.includes(":")) {
    problems.push(
      errors.invalid(
        "'auth_credentials.username' must not contain a colon",
        "Basic authentication separates user name and password by a colon.",
      ),
    );
  }
  return { type: "basic", username: credentials.username ?? "", password: credentials.password ?? "" };
};

const wantedOauth2 = (
  request: SettingsFields,
  stored: Authentication | undefined,
  problems: RequestError[],
): Authentication => {
  const details = request.auth_request_details ?? {};
  if (Object.keys(details).length === 0 && stored?.type === "oauth2") return stored;
  const { url, body, content_type: contentType = "application/x-www-form-urlencoded", headers = {} } = details;
  if (url === undefined) problems.push(required("auth_request_details.url", "auth_type oauth2 needs a token URL."));
  if (body === undefined) problems.push(required("auth_request_details.body", "auth_type oauth2 needs token fields."));
  const nested = Object.entries(body ?? {}).find(([, value]) => typeof value === "object" && value !== null);
  if (nested !== undefined && contentType !== "application/json") {
    problems.push(
      errors.contradictory(
        `'auth_request_details.body.${nested[0]}' must not be an object or a list`,
        'Nested values need "content_type": "application/json".',
      ),
    );
  }
  return { type: "oauth2", url: url ?? "", body: body ?? {}, contentType, headers };
};

const required = (field: string, description: string): RequestError =>
  errors.missing(`'${field}' is required`, description);

/**
 * Stores delivery settings under the next free revision after `after`, and returns it. A revision may be taken by a request
 * that lost against another one, and stays as it is.
 */
export const putSettings = async (
  deps: Pick<ApiDeps, "settings">,
  input: { readonly webhookId: string; readonly after: number; readonly settings: DeliverySettings },
): Promise<number> => {
  const { webhookId, after, settings } = input;
  let revision = after + 1;
  while (!(await deps.settings.put({ webhookId, revision, settings }))) revision += 1;
  return revision;
};

const daySeconds = 24 * 60 * 60;

/** Lets superseded delivery settings end once no queued batch, and no dead letter, can need them any more. */
export const retireSettings = async (
  deps: Pick<ApiDeps, "now"> & { readonly settings: Pick<ApiDeps["settings"], "retire"> },
  webhookId: string,
  keep?: number,
): Promise<void> => {
  const ttl = Math.floor(deps.now() / 1_000) + messageDays * daySeconds;
  await deps.settings.retire(webhookId, keep === undefined ? { ttl } : { ttl, keep });
};

/** The signing secret that a request has made, for its answer: no other answer shows it. */
export interface NewSecret {
  readonly newSecret?: string;
}

/** A new secret, if the settings that were stored sign with it. */
export const secretInUse = ({ signing }: DeliverySettings, newSecret: string): NewSecret =>
  signing?.secret === newSecret ? { newSecret } : {};

/** A new secret as the API shows it. */
export const newSecretView = ({ newSecret }: NewSecret): { readonly signing_secret?: string } =>
  newSecret === undefined ? {} : { signing_secret: newSecret };

/** The events of a webhook: at least one, unless it takes all. */
export const requireEvents = (events: readonly string[] | undefined, mode: EventsMode): readonly string[] => {
  if (mode === "all") return events ?? [];
  if (events === undefined) {
    throw errors.missing(
      "'events' is required",
      "'events' must be a list of event types, or 'events_mode' must be 'all'.",
    );
  }
  if (events.length === 0) {
    throw errors.invalid(
      "'events' must contain at least one event",
      "To take every type, including future ones, send 'events_mode': 'all'.",
    );
  }
  return events;
};

/**
 * For how many days a webhook keeps bodies after a request. Throws 422 for more than the operator allows, unless that is what
 * is stored: clients send back what they have read.
 */
export const keepingOf = (
  { maxKeepBodiesDays }: Pick<ApiDeps, "maxKeepBodiesDays">,
  { keep_bodies_days: wanted }: Pick<UpdateWebhookRequest, "keep_bodies_days">,
  { keepBodiesDays: stored = 0 }: Pick<Webhook, "keepBodiesDays">,
): Pick<Webhook, "keepBodiesDays"> => {
  const days = wanted ?? stored;
  if (days !== stored && days > maxKeepBodiesDays) throw tooManyDays(maxKeepBodiesDays);
  return days === 0 ? {} : { keepBodiesDays: days };
};

const tooManyDays = (most: number): RequestError =>
  errors.invalid(
    most === 0 ? "'keep_bodies_days' must be 0" : `'keep_bodies_days' must be at most ${most}`,
    most === 0
      ? "The operator of this system lets no webhook keep delivered bodies (setting 'maxKeepBodiesDays')."
      : "More days are not allowed by the operator of this system (setting 'maxKeepBodiesDays').",
  );

/** Exceptions make sense only for a webhook of the primary account and all sub-accounts. */
export const requireFittingSubaccounts = (subaccount: Subaccount, exceptions: readonly number[] | undefined): void => {
  if (subaccount === "all" || exceptions === undefined || exceptions.length === 0) return;
  throw errors.contradictory(
    "'exception_subaccounts' cannot be combined with a single sub-account",
    "It is for webhooks of the primary account and all sub-accounts.",
  );
};
