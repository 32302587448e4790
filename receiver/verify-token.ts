import { createHash, timingSafeEqual } from "node:crypto";
import { headerOf, type RequestHeaders } from "./headers.ts";
import { listOf, type OneOrMore } from "./one-or-more.ts";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * Whether a request carries the webhook's `auth_token`, in a time that tells nothing about it. While a token is being
 * replaced, give both: `[old, new]`.
 *
 * @throws {TypeError} when a token is empty
 */
export const verifyToken = (headers: RequestHeaders, token: OneOrMore): boolean => {
  const tokens = listOf(token, "token").map(digest);
  const sent = digest(headerOf(headers, "x-messagesystems-webhook-token") ?? "");
  // Every one is compared, so that the time does not tell which one matched.
  return tokens.map((expected) => timingSafeEqual(expected, sent)).includes(true);
};
