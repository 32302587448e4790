import * as z from "zod";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import {
  type PortalLink as ShownPortalLink,
  createPortalLinkRequest,
  portalLinksQuery,
} from "#shared/contract/api/portal-link.ts";
import { type RequestError, errors, parseJson, together, validate } from "#shared/errors.ts";
import { type NewPortalLink, type PortalLink, portalLinkState } from "#shared/portal/portal-link.ts";
import { newPortalToken } from "#shared/portal/portal-token.ts";
import { bytesOfOpaqueText, toOpaqueText } from "#shared/runtime/opaque-text.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import { excessGrants, findCallingKey } from "../api-keys.ts";
import type { Answered, ApiDeps, Done, Request } from "../deps.ts";
import { withoutNulls } from "../without-nulls.ts";

/** `POST /portal-links`: the answer is the only place that ever shows the link. */
export const createPortalLink = async (deps: ApiDeps, request: Request): Promise<Answered<"POST /v1/portal-links">> => {
  const wanted = validate(createPortalLinkRequest, withoutNulls(parseJson(request.body)));
  const subaccount = wantedSubaccount(subaccountOf(request.header("x-msys-subaccount")), wanted.subaccount_id);
  if (!deps.hasDocuments) {
    throw errors.conflict("This deployment has no console", "Portal links open it. Set 'console' to true.");
  }
  const key = await findCallingKey(deps, request, "portal_links/manage");
  const excess = excessGrants({ wanted: wanted.grants, current: [], caller: key.grants });
  if (excess.length > 0) {
    throw together(
      excess.map((grant) =>
        errors.forbidden("Forbidden.", `This API key lacks the grant '${grant}', so it cannot give it to a session.`),
      ),
    );
  }
  const linkId = deps.newId();
  const token = newPortalToken(linkId, deps.randomBytes);
  const now = deps.now();
  const link: NewPortalLink = {
    linkId,
    customerId: key.customerId,
    subaccount,
    label: wanted.label,
    grants: wanted.grants,
    keyId: key.id,
    tokenHash: token.hash,
    createdAt: now,
    openUntil: now + wanted.open_within_seconds * 1_000,
    sessionMs: wanted.session_seconds * 1_000,
  };
  await deps.portalLinks.create(link);
  // In the fragment, which browsers send to nobody: neither a log nor another site gets to see it.
  const url = `${deps.baseUrl}/console/#portal=${token.text}`;
  return { status: 200, body: { results: { ...linkView(link, now), url } } };
};

/** For whom a link is: what the header says, which is for the whole request, and what the body says must agree. */
const wantedSubaccount = (acting: Subaccount, wanted: number | undefined): Subaccount => {
  if (wanted === undefined || wanted === acting) return acting;
  if (acting === "all") return wanted;
  throw errors.contradictory(
    "'subaccount_id' is another sub-account than the one that the request acts for",
    `Sent: ${wanted}, and X-MSYS-SUBACCOUNT: ${acting}.`,
  );
};

const iso = (ms: number): string => new Date(ms).toISOString();

const linkView = (link: PortalLink, now: number): ViewOf<ShownPortalLink> => {
  const { session, subaccount } = link;
  return {
    id: link.linkId,
    label: link.label,
    grants: link.grants,
    subaccount_id: subaccount === "all" ? undefined : subaccount,
    state: portalLinkState(link, now),
    created_at: iso(link.createdAt),
    key_id: link.keyId,
    open_until: iso(link.openUntil),
    session_seconds: link.sessionMs / 1_000,
    opened_at: session && iso(session.openedAt),
    session_ends_at: session && iso(session.endsAt),
  };
};

/** `GET /portal-links`: a page, newest first. */
export const listPortalLinks = async (
  deps: ApiDeps,
  { caller: { customerId }, header, query }: Request,
): Promise<Answered<"GET /v1/portal-links">> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const { limit, cursor } = validate(portalLinksQuery, query);
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const now = deps.now();
  const { links, next } = await deps.portalLinks.list(customerId, { subaccount, limit, after, now });
  return {
    status: 200,
    body: {
      results: links.map((link) => linkView(link, now)),
      ...(next === undefined ? {} : { next_cursor: toOpaqueText(Buffer.from(next)) }),
    },
  };
};

/** The place of a link in the list: when it was made, and its id. It tells no customer: each has a list of its own. */
const place = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z#[0-9a-f-]{36}$/;

const decodeCursor = (cursor: string): string => {
  const text = bytesOfOpaqueText(cursor)?.toString() ?? "";
  if (place.test(text)) return text;
  throw errors.badParameter(
    "'cursor' is not a cursor of this list",
    "Accepted: 'next_cursor' of a page of portal links.",
  );
};

/** `DELETE /portal-links/{id}`: nobody can open the link any more, and its session ends with it. */
export const deletePortalLink = async (
  deps: ApiDeps,
  { caller: { customerId }, header, parameters }: Request,
): Promise<Done> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const id = z.uuid().safeParse(parameters["id"]);
  const link = id.success ? await deps.portalLinks.find(id.data.toLowerCase()) : undefined;
  const isOwn = link?.customerId === customerId && (subaccount === "all" || link.subaccount === subaccount);
  if (!isOwn || !(await deps.portalLinks.remove(customerId, link.linkId))) throw linkNotFound();
  return { status: 204 };
};

const linkNotFound = (): RequestError =>
  errors.notFound("Resource could not be found", "There is no such portal link.");
