import { jsonOf } from "#shared/text/json.ts";

/** Why a portal link did not open a session, for its user. */
export interface LinkProblem {
  readonly message: string;
  readonly description: string;
}

/** The token of a portal link `#portal=…`; undefined in any other hash. It is the link's id, a dot and a secret. */
export const linkedToken = (hash: string): string | undefined => /^#portal=([\w.-]+)$/.exec(hash)?.[1];

/** Id of the link that a token is of. */
export const linkIdOf = (token: string): string => token.split(".", 1)[0] ?? "";

const noCookie: LinkProblem = {
  message: "This browser keeps no cookie here",
  description: "Its settings forbid it, and nothing can be shown without one. Allow cookies, and ask for a new link.",
};

interface CallOptions {
  /** Address of the API up to its version, with a slash at its end. */
  readonly apiUrl: URL;
  readonly fetch: typeof fetch;
}

/**
 * Whether the browser has the cookie of a link's session, and this goes on. True, too, when the API does not say that: what is
 * asked next will show what is wrong.
 */
export const hasPortalSession = async (linkId: string, { apiUrl, fetch }: CallOptions): Promise<boolean> => {
  try {
    const { status } = await fetch(new URL("portal/session", apiUrl), {
      headers: { "x-tidepost-portal": linkId },
      cache: "no-store",
      credentials: "same-origin",
    });
    return status !== 401;
  } catch {
    return true;
  }
};

/**
 * Exchanges the token of a portal link for a session, whose cookie the browser keeps out of this page's reach. Returns the id of
 * the link, which each request of the session names, or why there is no session.
 */
export const openPortalLink = async (token: string, options: CallOptions): Promise<string | LinkProblem> => {
  const { apiUrl, fetch } = options;
  try {
    const response = await fetch(new URL("portal/session", apiUrl), {
      method: "POST",
      headers: { "content-type": "application/json", "x-tidepost-portal": linkIdOf(token) },
      body: JSON.stringify({ token }),
      cache: "no-store",
      credentials: "same-origin",
    });
    if (response.ok) return (await hasPortalSession(linkIdOf(token), options)) ? linkIdOf(token) : noCookie;
    const answer = jsonOf(await response.text()) as { readonly errors?: readonly Partial<LinkProblem>[] } | undefined;
    const [{ message = "The link could not be opened", description = "Open it again." } = {}] = answer?.errors ?? [];
    return { message, description };
  } catch {
    return {
      message: "The link could not be opened",
      description: "Check your network connection, and open it again.",
    };
  }
};
