import type { ViewOf } from "#shared/contract/api/answers.ts";
import { type PortalSession, openPortalLinkRequest } from "#shared/contract/api/portal-link.ts";
import { version } from "#shared/contract/version.ts";
import { type RequestError, errors, parseJson, validate } from "#shared/errors.ts";
import { type PortalLink, portalLinkState } from "#shared/portal/portal-link.ts";
import {
  isSameOrigin,
  newPortalToken,
  portalHeader,
  portalTokenOf,
  sessionCookie,
} from "#shared/portal/portal-token.ts";
import { unauthorized } from "#shared/runtime/http.ts";
import type { Answered, ApiDeps, Done, PublicRequest, Request } from "../deps.ts";

/** How much longer than its session a cookie stays, so that the answer can say that the session has ended. */
const staleCookieSeconds = 24 * 60 * 60;

/** `POST /portal/session`: exchanges the token of a link for a session, once. */
export const openPortalLink = async (
  deps: ApiDeps,
  { body, header }: PublicRequest,
): Promise<Answered<"POST /v1/portal/session">> => {
  const token = portalTokenOf(validate(openPortalLinkRequest, parseJson(body)).token);
  if (token === undefined) throw noSuchLink();
  // What a page of another origin cannot send: it could otherwise sign a visitor in with a link of its own.
  if (header(portalHeader) !== token.linkId || !isSameOrigin(header)) {
    throw errors.badHeader(
      `'${portalHeader}' must be the id of the link`,
      "The console sends it. A page of another origin cannot open a link.",
    );
  }
  const link = await deps.portalLinks.find(token.linkId);
  if (link?.tokenHash !== token.hash) throw noSuchLink();
  const now = deps.now();
  requireUnopened(link, now);
  const { text, hash } = newPortalToken(link.linkId, deps.randomBytes);
  const session = { hash, openedAt: now, endsAt: now + link.sessionMs };
  // Somebody may have been faster, or the link have been revoked.
  if (!(await deps.portalLinks.open(link, session))) throw opened();
  const maxAgeSeconds = link.sessionMs / 1_000 + staleCookieSeconds;
  const cookie = sessionCookie(text, { host: header("host"), isFramed: deps.isPortalFramed, maxAgeSeconds });
  return {
    status: 200,
    body: { results: sessionView(deps, { ...link, session }) },
    headers: { "set-cookie": cookie },
  };
};

const requireUnopened = (link: PortalLink, now: number): void => {
  const state = portalLinkState(link, now);
  if (state === "expired") {
    throw errors.conflict(
      "This link has expired",
      `It could be opened until ${new Date(link.openUntil).toISOString()}. Ask for a new one.`,
    );
  }
  if (state !== "unopened") throw opened();
};

const opened = (): RequestError =>
  errors.conflict(
    "This link has been opened already",
    "It works once. If it was not you who opened it, say so to whoever sent it, and ask for a new one.",
  );

const noSuchLink = (): RequestError =>
  errors.notFound("There is no such link", "It is incomplete, or it was revoked. Ask for a new one.");

const sessionView = (
  deps: ApiDeps,
  link: PortalLink & { readonly session: NonNullable<PortalLink["session"]> },
): ViewOf<PortalSession> => ({
  id: link.linkId,
  label: link.label,
  customer_id: link.customerId,
  subaccount_id: link.subaccount === "all" ? undefined : link.subaccount,
  grants: link.grants,
  ends_at: new Date(link.session.endsAt).toISOString(),
  version,
  server_time: new Date(deps.now()).toISOString(),
  batch_window_seconds: deps.windowSeconds,
  max_keep_bodies_days: deps.maxKeepBodiesDays,
});

/** `GET /portal/session`: whom the session is for, and what it may do. */
export const readPortalSession = async (
  deps: ApiDeps,
  { caller: { portalLinkId = "" } }: Request,
): Promise<Answered<"GET /v1/portal/session">> => {
  const link = await deps.portalLinks.find(portalLinkId);
  // It may have been revoked since the authorizer looked.
  if (link?.session === undefined) throw unauthorized("The portal link has been revoked.");
  return { status: 200, body: { results: sessionView(deps, { ...link, session: link.session }) } };
};

/** `DELETE /portal/session`: signs out. Which session that is, the authorizer has checked. */
export const endPortalSession = async (
  deps: ApiDeps,
  { caller: { portalLinkId = "" }, header }: Request,
): Promise<Done> => {
  await deps.portalLinks.endSession(portalLinkId, deps.now());
  const cookie = sessionCookie("", { host: header("host"), isFramed: deps.isPortalFramed, maxAgeSeconds: 0 });
  return { status: 204, headers: { "set-cookie": cookie } };
};
