import { portalSessionPath } from "#shared/contract/api-paths.ts";
import { portalGrants } from "#shared/contract/words.ts";
import { portalHeader } from "#shared/portal/portal-token.ts";

/** A portal session: what the browser and the page in it know of it. */
export interface PortalSession {
  readonly linkId: string;
  /** Of the Cookie header. */
  readonly cookie: string;
}

/** An API key or a portal session. */
export type Credential = string | PortalSession;

export const credentialHeaders = (credential: Credential | undefined): Readonly<Record<string, string>> => {
  if (credential === undefined) return {};
  if (typeof credential === "string") return { Authorization: credential };
  return { Cookie: credential.cookie, [portalHeader]: credential.linkId };
};

/** Sends a request, with an API key or without one. */
type Send = (
  request: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  },
  key?: string,
) => Promise<{
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
  readonly headers: Readonly<Record<string, unknown>>;
}>;

/** Makes portal links, and opens them. */
export const portalOf = (send: Send) => {
  const addPortalLink = async (key: string, subaccount?: number) => {
    const body = {
      label: "Ann",
      grants: portalGrants,
      ...(subaccount === undefined ? {} : { subaccount_id: subaccount }),
    };
    const { json } = await send({ method: "POST", path: "/v1/portal-links", body }, key);
    const { id, url } = json.results;
    return { linkId: String(id), token: String(url).split("#portal=")[1] ?? "" };
  };

  /** Opens a portal link as the console does. */
  const openLink = async (link: { readonly linkId: string; readonly token: string }): Promise<PortalSession> => {
    const request = { method: "POST", path: portalSessionPath, body: { token: link.token } };
    const answer = await send({ ...request, headers: { [portalHeader]: link.linkId } });
    return { linkId: link.linkId, cookie: String(answer.headers["set-cookie"]).split(";", 1)[0] ?? "" };
  };

  return { addPortalLink, openLink };
};
