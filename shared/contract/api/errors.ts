import * as z from "zod";
import { failureReasons } from "../words.ts";

/** How a key is sent: what every 401 says, for those who know other APIs' ways. */
export const keyHint =
  "The Authorization header is missing or holds no known API key. Send the key as it is, without 'Bearer' or another word " +
  "before it, or as the user name of Basic authentication.";

/**
 * The API's errors by name: the status of the answer, the code in its envelope, and what it means. Code throws them by name,
 * the document lists them by status and code. Several names may share both: a client sees one error, people its sentence.
 */
export const apiErrors = {
  badJson: { status: 400, code: "1200", meaning: "The body is not JSON." },
  badBody: {
    status: 400,
    code: "1200",
    meaning: "The body is empty, or is not the gzip that `Content-Encoding` says.",
  },
  badParameter: { status: 400, code: "1200", meaning: "A query parameter is not valid." },
  badHeader: { status: 400, code: "1200", meaning: "A header is not valid." },
  badSubaccount: { status: 400, code: "1200", meaning: "`X-MSYS-SUBACCOUNT` is not a sub-account number." },
  testFailed: { status: 400, code: "1200", meaning: "The target did not answer the test POST with 2xx." },
  /** A number, as the original product documents it. */
  tokenFailed: { status: 400, code: 400, meaning: "The token URL gave no access token." },
  notUtf8: { status: 400, code: "1305", meaning: "The body is not UTF-8." },
  unauthorized: {
    status: 401,
    code: "1303",
    meaning: "The Authorization header is missing or holds no known API key.",
  },
  forbidden: { status: 403, code: "1100", meaning: "The API key lacks a grant." },
  foreignSubaccount: {
    status: 403,
    code: "1600",
    meaning: "The request acts for one sub-account, and would move a webhook out of it.",
  },
  noSuchPath: { status: 404, code: "1101", meaning: "There is no such path." },
  notFound: { status: 404, code: "1600", meaning: "There is no such webhook, or it is not the caller's." },
  noSuchMethod: { status: 405, code: "1102", meaning: "The path does not have the method." },
  conflict: { status: 409, code: "1602", meaning: "The resource is not in a state that allows this." },
  changedMeanwhile: {
    status: 412,
    code: "1602",
    meaning: "`If-Match` does not name the webhook as it is now: somebody has changed it.",
  },
  largeBody: { status: 413, code: "1300", meaning: "The body is too large." },
  largeHeaders: { status: 413, code: "10001", meaning: "The custom headers are too large together." },
  notJson: {
    status: 415,
    code: "1700",
    meaning: "`Content-Type` names another type than JSON, or `Content-Encoding` says that the body is compressed.",
  },
  unknownEncoding: { status: 415, code: "1700", meaning: "`Content-Encoding` is neither gzip nor identity." },
  invalid: { status: 422, code: "1300", meaning: "A field has a wrong type, format or length." },
  refusedTarget: { status: 422, code: "1300", meaning: "The target is not on a public address." },
  contradictory: { status: 422, code: "1301", meaning: "Fields do not go together." },
  missing: { status: 422, code: "1400", meaning: "A required field is missing." },
  reservedHeader: { status: 422, code: "10000", meaning: "A custom header has a reserved name." },
  manyHeaders: { status: 422, code: "10002", meaning: "There are too many custom headers." },
  tooManyRequests: { status: 429, code: "1500", meaning: "There are too many requests." },
  internal: { status: 500, code: "1500", meaning: "A fault of the service." },
  unavailable: { status: 503, code: "1500", meaning: "A part of the service is not available." },
  timedOut: { status: 504, code: "1500", meaning: "The request took too long." },
} as const satisfies Readonly<Record<string, ApiErrorFacts>>;

/** Name of an error in code. */
export type ApiErrorName = keyof typeof apiErrors;

interface ApiErrorFacts {
  /** HTTP status. */
  readonly status: number;
  /** Code in the envelope; a string, but for one number. */
  readonly code: string | number;
  /** A sentence for the documentation. */
  readonly meaning: string;
}

export const failureReason = z
  .enum(failureReasons)
  .meta({ id: "FailureReason", description: "Why a POST to a target did not get a 2xx answer." });
