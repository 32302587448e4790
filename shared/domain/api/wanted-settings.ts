import { type Authentication, type DeliverySettings, unmaskSettings } from "../delivery-settings.ts";
import { type ErrorBody, RequestError } from "../errors.ts";
import type { Signing } from "../signing.ts";
import type { UpdateWebhookRequest } from "./webhook-request.ts";

type SettingsFields = Pick<
  UpdateWebhookRequest,
  | "target"
  | "auth_type"
  | "auth_request_details"
  | "auth_credentials"
  | "auth_token"
  | "custom_headers"
  | "signing"
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
  /** Signs when the request turns signing on; not used otherwise. */
  readonly newSecret: string;
}): DeliverySettings => {
  const { request, stored, newSecret } = input;
  const problems: ErrorBody[] = [];
  const auth = wantedAuthentication(request, stored?.auth, problems);
  const customHeaders = request.custom_headers ?? stored?.customHeaders ?? {};
  const setsAuthorization = Object.keys(customHeaders).some((name) => name.toLowerCase() === "authorization");
  if (setsAuthorization && auth.type !== "none") {
    problems.push({
      message: "'custom_headers.Authorization' is a reserved header while 'auth_type' is not none",
      description: `auth_type ${auth.type} sets this header.`,
      code: "10000",
    });
  }
  const signing = wantedSigning(request.signing, stored?.signing, newSecret);
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
  for (const path of unmasked.problems) {
    problems.push({
      message: `'${path}' must not start with '****', which marks a masked value`,
      description: "Send the value that was read to keep what is stored, or a new secret.",
      code: "1300",
    });
  }
  if (problems.length > 0) throw new RequestError(422, problems);
  return unmasked.settings;
};

/** Turning signing off drops the secrets: turned on again, it starts with a new one. */
const wantedSigning = (
  wanted: boolean | undefined,
  stored: Signing | undefined,
  newSecret: string,
): Signing | undefined => {
  if (wanted === undefined) return stored;
  return wanted ? (stored ?? { secret: newSecret, rotated: [] }) : undefined;
};

const wantedAuthentication = (
  request: SettingsFields,
  stored: Authentication | undefined,
  problems: ErrorBody[],
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
  problems: ErrorBody[],
): Authentication => {
  const credentials = request.auth_credentials ?? {};
  if (Object.keys(credentials).length === 0 && stored?.type === "basic") return stored;
  if (credentials.username === undefined || credentials.username === "") {
    problems.push(required("auth_credentials.username", "auth_type basic needs a user name."));
  } else if (credentials.username.includes(":")) {
    problems.push({
      message: "'auth_credentials.username' must not contain a colon",
      description: "Basic authentication separates user name and password by a colon.",
      code: "1300",
    });
  }
  return { type: "basic", username: credentials.username ?? "", password: credentials.password ?? "" };
};

const wantedOauth2 = (
  request: SettingsFields,
  stored: Authentication | undefined,
  problems: ErrorBody[],
): Authentication => {
  const details = request.auth_request_details ?? {};
  if (Object.keys(details).length === 0 && stored?.type === "oauth2") return stored;
  const { url, body, content_type: contentType = "application/x-www-form-urlencoded", headers = {} } = details;
  if (url === undefined) problems.push(required("auth_request_details.url", "auth_type oauth2 needs a token URL."));
  if (body === undefined) problems.push(required("auth_request_details.body", "auth_type oauth2 needs token fields."));
  const nested = Object.entries(body ?? {}).find(([, value]) => typeof value === "object" && value !== null);
  if (nested !== undefined && contentType !== "application/json") {
    problems.push({
      message: `'auth_request_details.body.${nested[0]}' must not be an object or a list`,
      description: 'Nested values need "content_type": "application/json".',
      code: "1301",
    });
  }
  return { type: "oauth2", url: url ?? "", body: body ?? {}, contentType, headers };
};

const required = (field: string, description: string): ErrorBody => ({
  message: `'${field}' is required`,
  description,
  code: "1400",
});
