import * as z from "zod";
import { maxCustomHeaderBytes, maxCustomHeaders } from "../limits.ts";
import { issueOf, note } from "./common.ts";
import type { ApiErrorName } from "./errors.ts";

const reservedNames: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);
const reservedPrefixes = ["x-messagesystems-", "x-tidepost-", "webhook-"] as const;

/** Whether Tidepost or HTTP itself sets a header of this name. */
const isReserved = (name: string): boolean => {
  const lower = name.toLowerCase();
  return reservedNames.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix));
};

/** A `token` of RFC 9110, section 5.6.2. */
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII, spaces and tabs: what reaches every target unchanged. */
const valuePattern = /^[\t\x20-\x7e]*$/;

/** Headers that a webhook's POSTs carry besides ours. */
export const customHeaders = z
  // Counted before their values are looked at.
  .preprocess(
    (headers, context) => {
      const count = typeof headers === "object" && headers !== null ? Object.keys(headers).length : 0;
      if (count <= maxCustomHeaders || Array.isArray(headers)) return headers;
      const message = `must have at most ${maxCustomHeaders} headers`;
      context.addIssue({ code: "custom", message, input: count, params: issueOf("manyHeaders") });
      return z.NEVER;
    },
    z.record(z.string(), z.string()),
  )
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    const refuse = (message: string, options: { name?: string; error?: ApiErrorName } = {}): void => {
      const { name, error = "invalid" } = options;
      context.addIssue({
        code: "custom",
        message,
        path: name === undefined ? [] : [name],
        input: name ?? names.length,
        params: issueOf(error),
      });
    };
    const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    if (bytes >= maxCustomHeaderBytes)
      refuse(`must have less than ${maxCustomHeaderBytes} bytes together`, { error: "largeHeaders" });
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) refuse("must not name a header twice");
    for (const [name, value] of Object.entries(headers)) {
      if (!namePattern.test(name)) refuse("is not a valid header name", { name });
      else if (isReserved(name))
        refuse("is a reserved header, which Tidepost sets itself", { name, error: "reservedHeader" });
      if (!valuePattern.test(value)) refuse("must have a value of printable ASCII characters", { name });
    }
  })
  .meta(
    note(
      "Headers of every POST: at most 5, together less than 3,000 bytes. Headers that HTTP or Tidepost sets cannot be named.",
      {
        type: "object",
        additionalProperties: { type: "string", pattern: valuePattern.source },
        propertyNames: { type: "string", pattern: namePattern.source },
        maxProperties: maxCustomHeaders,
        examples: [{ "X-Team": "mail" }],
      },
    ),
  );
