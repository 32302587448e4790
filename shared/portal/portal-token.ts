import { createHash } from "node:crypto";
import * as z from "zod";

/** Header that every request of a portal session carries: the id of its link. No page of another origin can send it. */
export const portalHeader = "X-Tidepost-Portal";

/** The secret of a link or of a session, with the id of the link by which it is looked up: `<id>.<secret>`. */
export interface PortalToken {
  readonly linkId: string;
  /** SHA-256 of the secret in hex: what is stored. */
  readonly hash: string;
}

const secretBytes = 32;

/** A new secret; what is shown of it, once, and what is stored. */
export const newPortalToken = (
  linkId: string,
  randomBytes: (size: number) => Buffer,
): PortalToken & { readonly text: string } => {
  const text = `${linkId}.${randomBytes(secretBytes).toString("base64url")}`;
  return { linkId, hash: hashOf(text), text };
};

const tokenText = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

/** Reads a token; undefined for what cannot be one. */
export const portalTokenOf = (text: string): PortalToken | undefined => {
  const linkId = z.uuid().safeParse(tokenText.exec(text)?.[1]);
  return linkId.success ? { linkId: linkId.data, hash: hashOf(text) } : undefined;
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Browsers take a cookie of the first name over https only. */
const cookieNames = ["__Secure-tidepost-portal", "tidepost-portal"] as const;

const loopbackHost = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

interface CookieOptions {
  /** The `Host` header. */
  readonly host: string | undefined;
  readonly isFramed: boolean;
  readonly maxAgeSeconds: number;
}

/**
 * `Set-Cookie` of a session, or of none: an empty text removes it. It names no path: browsers then send it to the paths next
 * to the one that set it, which are the portal's alone, whatever stands before them. Only a host of this machine gets it
 * without `Secure`.
 *
 * @param isFramed whether pages of other sites may show the console: then its requests come from another site, and the cookie is
 *   kept apart for each of these sites
 * @param maxAgeSeconds how long the browser keeps it: longer than the session, so that the answer can say that this has ended
 */
export const sessionCookie = (text: string, { host, isFramed, maxAgeSeconds }: CookieOptions): string => {
  const isLocal = host !== undefined && loopbackHost.test(host);
  const [secureName, localName] = cookieNames;
  // Browsers take no cookie without Secure that goes to other sites, and take one with it from this machine.
  const isSecure = !isLocal || isFramed;
  const sites = isFramed ? ["SameSite=None", "Partitioned"] : ["SameSite=Strict"];
  const attributes = [`Max-Age=${maxAgeSeconds}`, "HttpOnly", ...(isSecure ? ["Secure"] : []), ...sites];
  return [`${isLocal ? localName : secureName}=${text}`, ...attributes].join("; ");
};

/** Tokens in a `Cookie` header. */
const cookieTokens = (header: string): readonly PortalToken[] =>
  header.split(";").flatMap((pair) => {
    const [name, value = ""] = pair.trim().split("=", 2);
    return cookieNames.some((known) => known === name) ? (portalTokenOf(value) ?? []) : [];
  });

/** Longest Cookie header that is looked at: browsers keep 4 kB of each cookie. */
const maxCookieCharacters = 16_384;

/**
 * The tokens that a request shows for the session of one link: its cookies', where the header names the same link, so that a
 * page that was opened for one session never acts for another that the browser has opened since. None for what is no request of
 * the console. There may be several: a browser keeps cookies with and without `Partitioned` apart and sends both, and a server of
 * a sibling domain may set others. What they say is for whoever knows the session's secret to judge.
 */
export const portalTokensOf = (header: (name: string) => string | undefined): readonly PortalToken[] => {
  const cookie = header("cookie") ?? "";
  if (cookie.length > maxCookieCharacters || !isSameOrigin(header)) return [];
  const linkId = header(portalHeader);
  return cookieTokens(cookie).filter((token) => token.linkId === linkId);
};

/**
 * Whether a page of the API's own origin sends a request, as far as the browser says: `Sec-Fetch-Site`, or in older ones
 * `Origin`. A program that is no browser says neither.
 */
export const isSameOrigin = (header: (name: string) => string | undefined): boolean => {
  const site = header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = header("origin");
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === header("host"));
};
