import type { ErrorCodes } from "./operation.ts";

/** Errors of every operation that needs an API key. */
export const unauthorized: ErrorCodes = { "1303": "The Authorization header is missing or holds no known API key." };
export const forbidden = (grant: string): ErrorCodes => ({ "1100": `The API key lacks the grant \`${grant}\`.` });

/** 400 of operations that read a JSON body. */
export const badJson = {
  "1200": "The body is not JSON.",
  "1305": "The body is not UTF-8.",
} as const satisfies ErrorCodes;

/** 415 of operations that read a JSON body. */
export const notJson: ErrorCodes = { "1700": "`Content-Type` names another type than JSON." };

export const badSubaccount = "`X-MSYS-SUBACCOUNT` is not a sub-account number.";
export const noWebhook: ErrorCodes = { "1600": "There is no such webhook, or it is not the caller's." };

export const changedMeanwhile: ErrorCodes = {
  "1602": "`If-Match` does not name the webhook as it is now: somebody has changed it.",
};

/** 422 of operations that check a body. */
export const badFields = {
  "1300": "A field has a wrong type, format or length.",
  "1400": "A required field is missing.",
} as const satisfies ErrorCodes;

/** 422 of operations that take the settings of a webhook. */
export const badSettings = {
  ...badFields,
  "1301": "Fields do not go together.",
  "10000": "A custom header has a reserved name.",
  "10002": "There are too many custom headers.",
} as const satisfies ErrorCodes;

export const largeHeaders: ErrorCodes = { "10001": "The custom headers are too large together." };

/** 400 of operations that POST to a target. */
export const failedTest = "The target did not answer the test POST with 2xx.";
export const failedToken = "The token URL gave no access token.";
