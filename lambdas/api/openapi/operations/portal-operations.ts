import { portalLinkDays } from "#shared/contract/limits.ts";
import { type Operation, fields, json, subaccounts } from "../operation.ts";
import { exchangeHeaders, portalLinkPath, sessionHeaders, webhookHeaders } from "#shared/contract/api/parameters.ts";
import { createPortalLinkRequest, openPortalLinkRequest, portalLinksQuery } from "#shared/contract/api/portal-link.ts";
import * as example from "./examples.ts";

export const portalOperations = {
  "GET /v1/portal-links": {
    id: "listPortalLinks",
    tag: "Portal",
    summary: "List portal links",
    description: `The links of the customer, newest first, until ${portalLinkDays} days after they or their sessions have ended.`,
    parameters: { header: webhookHeaders, query: portalLinksQuery },
    answer: { results: [example.portalLink] },
    errors: { badParameter: true, ...subaccounts },
  },
  "POST /v1/portal-links": {
    id: "createPortalLink",
    tag: "Portal",
    summary: "Make a portal link",
    description:
      "Makes a link that opens the console, once, for people who have no API key. The session is bound to the customer of the " +
      "calling key, or to one sub-account of it. The answer is the only place that ever shows the link: only its hash is stored.",
    parameters: { header: webhookHeaders },
    request: {
      content: { "application/json": { schema: createPortalLinkRequest, example: example.newPortalLink } },
    },
    answer: { results: example.issuedPortalLink },
    errors: {
      ...json,
      ...subaccounts,
      unauthorized:
        "The Authorization header is missing or holds no known API key. A revoked key is refused at once here.",
      forbidden: "The API key lacks the grant `portal_links/manage`. Or it lacks a grant that the session is to get.",
      conflict: "This deployment has no console.",
      ...fields,
      contradictory: "The request acts for a sub-account, and asks for a link of another one.",
    },
  },
  "DELETE /v1/portal-links/{id}": {
    id: "deletePortalLink",
    tag: "Portal",
    summary: "Revoke a portal link",
    description: "Nobody can open the link any more, and its session ends at once.",
    parameters: { header: webhookHeaders, path: portalLinkPath },
    errors: { ...subaccounts, notFound: "There is no such link, or it is not the caller's." },
  },
  "POST /v1/portal/session": {
    id: "openPortalLink",
    tag: "Portal",
    summary: "Open a portal link",
    description:
      "Exchanges the token of a link for a session, which the answer sets as a cookie. A link opens once. With the cookie and " +
      "`X-Tidepost-Portal`, the routes below `/v1/` that need `webhooks/view` or `webhooks/modify`, but for events/stream, " +
      "answer below `/v1/portal/`.",
    parameters: { header: exchangeHeaders },
    request: {
      content: { "application/json": { schema: openPortalLinkRequest, example: example.portalToken } },
    },
    answer: { results: example.portalSession },
    errors: {
      ...json,
      ...fields,
      badHeader: "`X-Tidepost-Portal` is not the link's id, or a page of another origin sends the request.",
      notFound: "There is no such link: it is incomplete, or was revoked.",
      conflict: "The link was opened before, or has expired.",
    },
  },
  "GET /v1/portal/session": {
    id: "readPortalSession",
    tag: "Portal",
    summary: "Read the portal session",
    description: "Whom the session is for, what it may do, and when it ends.",
    parameters: { header: sessionHeaders },
    answer: { results: example.portalSession },
    errors: {},
  },
  "DELETE /v1/portal/session": {
    id: "endPortalSession",
    tag: "Portal",
    summary: "End the portal session",
    description: "Signs out. The link does not open again.",
    parameters: { header: sessionHeaders },
    errors: {},
  },
} as const satisfies Readonly<Record<string, Operation>>;
