import * as z from "zod";
import { tokenTimeoutMs } from "#shared/contract/limits.ts";
import type { JsonValue, Oauth2 } from "#shared/webhooks/settings.ts";
import type { Targets, TokenEndpoint } from "#shared/stores.ts";
import { jsonOf } from "#shared/text/json.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** Lifetime of a token whose answer does not tell it. */
const defaultExpirySeconds = 300;
/** Tokens that carry claims reach several kilobytes. */
const maxAnswerBytes = 64 * 1_024;
const maxShownCharacters = 1_024;

/** Successful answer of RFC 6749, section 5.1; some servers send the lifetime as a string. */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/** Requests OAuth 2 access tokens with the fields that a webhook has for it, through the safe client. */
export const accessTokens = (client: Targets, timeoutMs = tokenTimeoutMs): TokenEndpoint => ({
  request: async (auth) => {
    const answer = await client.post({
      url: auth.url,
      headers: { ...withoutOwnNames(auth.headers), Accept: "application/json", "Content-Type": auth.contentType },
      body: Buffer.from(encodeFields(auth)),
      maxExcerptBytes: maxAnswerBytes,
      timeoutMs,
    });
    if (answer.kind === "failed") return { kind: "unreachable", reason: answer.reason, errorCode: answer.errorCode };
    const { status, headers, excerpt } = answer;
    const isSuccess = status >= 200 && status < 300;
    if (!isSuccess) return { kind: "refused", status, headers, body: beginningOf(excerpt, maxShownCharacters) };
    const token = tokenAnswer.safeParse(jsonOf(excerpt));
    if (!token.success) return { kind: "refused", status, headers, body: "" };
    const { access_token: accessToken, expires_in: expiresInSeconds = defaultExpirySeconds } = token.data;
    return { kind: "token", accessToken, expiresInSeconds };
  },
});

const encodeFields = ({ body, contentType }: Oauth2): string =>
  contentType === "application/json"
    ? JSON.stringify(body)
    : new URLSearchParams(
        Object.fromEntries(Object.entries(body).map(([name, value]) => [name, formValue(value)])),
      ).toString();

const formValue = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Custom headers keep their spelling, but cannot stand next to the client's own in another one. */
const withoutOwnNames = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !["accept", "content-type"].includes(name.toLowerCase())),
  );
