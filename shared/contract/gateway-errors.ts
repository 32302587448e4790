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

export const gatewayErrors: Readonly<Record<string, GatewayError>> = {
  ACCESS_DENIED: {
    statusCode: 403,
    message: "Forbidden.",
    description: "This API key may not do this.",
    code: "1100",
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    statusCode: 500,
    message: "Internal error.",
    description: "The API key could not be checked. Try again.",
    code: "1500",
  },
  AUTHORIZER_FAILURE: {
    statusCode: 500,
    message: "Internal error.",
    description: "The API key could not be checked. Try again.",
    code: "1500",
  },
  INTEGRATION_FAILURE: {
    statusCode: 503,
    message: "Service unavailable.",
    description: "The request could not be handled. Try again.",
    code: "1500",
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    message: "Gateway timeout.",
    description: "The request took too long. Try again.",
    code: "1500",
  },
  // A path that is not there, asked for with a key: API Gateway takes the Authorization header for an AWS signature.
  INVALID_SIGNATURE: {
    statusCode: 404,
    message: "Resource could not be found",
    description: "There is no such path.",
    code: "1101",
  },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 404,
    message: "Resource could not be found",
    description: "There is no such path.",
    code: "1101",
  },
  QUOTA_EXCEEDED: {
    statusCode: 429,
    message: "Too many requests.",
    description: "Wait a few seconds and try again.",
    code: "1500",
  },
  REQUEST_TOO_LARGE: {
    statusCode: 413,
    message: "Request body too large.",
    description: "A request carries at most 10 MB; events at most 4.4 MB as sent. Use gzip or smaller requests.",
    code: "1300",
  },
  THROTTLED: {
    statusCode: 429,
    message: "Too many requests.",
    description: "Wait a few seconds and try again.",
    code: "1500",
  },
  UNAUTHORIZED: {
    statusCode: 401,
    message: "Unauthorized.",
    description: "The Authorization header is missing or holds no known API key.",
    code: "1303",
  },
  DEFAULT_4XX: { message: "Bad request.", description: "The request was refused.", code: "1200" },
  DEFAULT_5XX: {
    statusCode: 500,
    message: "Internal error.",
    description: "The request could not be handled. Try again.",
    code: "1500",
  },
};
