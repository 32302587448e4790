import { type ApiErrorName, apiErrors, keyHint } from "./api/errors.ts";

/**
 * Errors that API Gateway answers by itself, in the envelope of the contract.
 *
 * Keys are API Gateway's response types; the stack turns each entry into a gateway response.
 */
export interface GatewayError {
  /** Absent: API Gateway's own status stays. */
  readonly statusCode?: number;
  readonly message: string;
  readonly description: string;
  readonly code: string;
}

const wireOf = (name: ApiErrorName) => ({ statusCode: apiErrors[name].status, code: String(apiErrors[name].code) });

export const gatewayErrors: Readonly<Record<string, GatewayError>> = {
  // The authorizer lets every known API key into the whole API; what it denies is a portal session that has ended. Unlike
  // UNAUTHORIZED, this answer asks for no credentials, for which a browser would open a dialog.
  ACCESS_DENIED: {
    message: "Unauthorized.",
    description: "There is no such portal session, or it has ended. Ask for a new link.",
    ...wireOf("unauthorized"),
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    message: "Internal error.",
    description: "The API key could not be checked. Try again.",
    ...wireOf("internal"),
  },
  AUTHORIZER_FAILURE: {
    message: "Internal error.",
    description: "The API key could not be checked. Try again.",
    ...wireOf("internal"),
  },
  INTEGRATION_FAILURE: {
    message: "Service unavailable.",
    description: "The request could not be handled. Try again.",
    ...wireOf("unavailable"),
  },
  INTEGRATION_TIMEOUT: {
    message: "Gateway timeout.",
    description: "The request took too long. Try again.",
    ...wireOf("timedOut"),
  },
  // A path that is not there, asked for with a key: API Gateway takes the Authorization header for an AWS signature.
  INVALID_SIGNATURE: {
    message: "Resource could not be found",
    description: "There is no such path.",
    ...wireOf("noSuchPath"),
  },
  MISSING_AUTHENTICATION_TOKEN: {
    message: "Resource could not be found",
    description: "There is no such path.",
    ...wireOf("noSuchPath"),
  },
  QUOTA_EXCEEDED: {
    message: "Too many requests.",
    description: "Wait a few seconds and try again.",
    ...wireOf("tooManyRequests"),
  },
  REQUEST_TOO_LARGE: {
    message: "Request body too large.",
    description: "A request carries at most 10 MB; events at most 4.4 MB as sent. Use gzip or smaller requests.",
    ...wireOf("largeBody"),
  },
  THROTTLED: {
    message: "Too many requests.",
    description: "Wait a few seconds and try again.",
    ...wireOf("tooManyRequests"),
  },
  UNAUTHORIZED: {
    message: "Unauthorized.",
    description: keyHint,
    ...wireOf("unauthorized"),
  },
  DEFAULT_4XX: { message: "Bad request.", description: "The request was refused.", code: apiErrors.badParameter.code },
  DEFAULT_5XX: {
    message: "Internal error.",
    description: "The request could not be handled. Try again.",
    ...wireOf("internal"),
  },
};
