import { linkedKey } from "./linked-key.ts";
import { keptPortal } from "./kept-portal.ts";
import { keptText } from "./kept-text.ts";
import { hasPortalSession, type LinkProblem, linkedToken, linkIdOf, openPortalLink } from "./portal-link.ts";
import { localKey } from "./local-sign-in.ts";
import { isOwnOrigin, type SharedKey, shareKey } from "./shared-key.ts";
import { createStore } from "./store.ts";

/**
 * Who uses the console: an API key, or the session of a portal link. The key is kept in memory, which the tabs of an origin that is
 * the stack's alone share; in `sessionStorage` only when the user asks for it.
 */
export interface Session {
  readonly key: string | undefined;
  /** Id of the portal link whose session the browser has a cookie of. */
  readonly portal: string | undefined;
  /** Token of a portal link that waits for its user to say whether it is to be opened. */
  readonly offer: string | undefined;
  /** Why nobody is signed in any more: the API refuses the key that was in use, or what became of a portal link. */
  readonly end:
    | "key_refused"
    | "portal_ended"
    | "signed_out_of_portal"
    | "framed_without_link"
    | LinkProblem
    | undefined;
}

const nobody: Session = { key: undefined, portal: undefined, offer: undefined, end: undefined };

const keyName = "tidepost-key";
const keptKey = keptText(() => sessionStorage, keyName);
/** Whether somebody has signed out in this tab: the local runtime then signs it in no more. */
const keptSignOut = keptText(() => sessionStorage, "tidepost-signed-out");

const session = createStore<Session>(nobody);

/** The other tabs; undefined where a page of another program might hear them. */
let others: SharedKey | undefined;

/** The key to call the API with. */
export const currentKey = (): string | undefined => session.get().key;

/** The portal session to call the API in. */
export const currentPortal = (): string | undefined => session.get().portal;

/** Starts to use a key. */
export const signIn = (key: string, { keep }: { readonly keep: boolean }): void => {
  if (keep) keptKey.set(key);
  else keptKey.remove();
  session.set({ ...nobody, key });
  others?.signedIn(key);
};

const forget = (): void => {
  keptKey.remove();
  keptSignOut.set("yes");
  session.set(nobody);
};

/** Forgets the key, in all tabs. */
export const signOut = (): void => {
  forget();
  others?.signedOut();
};

/** Forgets the portal session, which has ended. */
export const leavePortal = (end: Session["end"]): void => {
  const { portal, offer } = session.get();
  if (portal !== undefined) keptPortal.remove(portal);
  session.set({ ...nobody, offer, end });
};

/** Forgets a key that the API refuses, or a portal session. */
export const expireSession = (): void => {
  const { key, portal, offer } = session.get();
  if (portal !== undefined) leavePortal("portal_ended");
  if (key === undefined) return;
  keptKey.remove();
  session.set({ ...nobody, offer, end: "key_refused" });
};

/**
 * Opens the portal link in the address, or takes the key that this tab keeps, or the one of a link `#key=…`, or the portal session of
 * another tab, or the key of another tab or of the local runtime. Links with a key are for the local runtime only: elsewhere it
 * would stay in the browser's history. Both are removed from the address at once.
 */
export const restoreSession = async (): Promise<void> => {
  // In a page that is open such a link changes the hash only.
  window.addEventListener("hashchange", ({ oldURL }) => {
    const token = linkedToken(location.hash);
    if (token !== undefined) takeInPlace(token, oldURL);
  });
  await takePortal();
  // Who is shown a portal gets no key of another tab.
  const { portal, end } = session.get();
  if (portal !== undefined || end !== undefined) return;
  shareWithTabs();
  if (currentKey() !== undefined || keptSignOut.get() !== undefined) return;
  const found = await localKey();
  // Another tab may have answered meanwhile. Others are not told: somebody may have signed out there.
  if (found !== undefined && currentKey() === undefined) session.set({ ...nobody, key: found });
};

/** A page around this one could lead its user to give a key away, or to act with it. */
const isFramed = window.self !== window.top;

/** The API, for what a portal link needs of it. */
const api = { apiUrl: new URL("../v1/", document.baseURI), fetch: window.fetch.bind(window) };

/** Any page can lead a visitor to a link of somebody else: whoever is signed in is asked before it is opened. */
const takePortal = async (): Promise<void> => {
  const token = linkedToken(location.hash);
  if (token === undefined && isFramed) {
    const portal = keptPortal.get();
    session.set(portal === undefined ? { ...nobody, end: "framed_without_link" } : { ...nobody, portal });
    return;
  }
  if (token === undefined) {
    takeOwnKey();
    const portal = keptPortal.get();
    if (currentKey() === undefined && portal !== undefined) session.set({ ...nobody, portal });
    return;
  }
  history.replaceState(null, "", "#/");
  const key = isFramed ? undefined : keptKey.get();
  const kept = keptPortal.get();
  // Pages of other sites reach no frame but their own, and an operator names those that may have one.
  const isOpen = kept !== undefined && !isFramed && (await hasPortalSession(kept, api));
  if (key !== undefined) session.set({ ...nobody, key, offer: token });
  else if (isOpen && kept !== linkIdOf(token)) session.set({ ...nobody, portal: kept, offer: token });
  else {
    const problem = await startPortal(token);
    if (problem !== undefined) session.set({ ...nobody, end: problem });
  }
};

/** Takes a link in a page that is open, whose key a reload would lose. */
const takeInPlace = (token: string, shownUrl: string): void => {
  const { key, portal } = session.get();
  const isOpen = portal === linkIdOf(token);
  // In a frame it comes from the page around it.
  if (!isOpen && (isFramed || (key ?? portal) === undefined)) {
    location.reload();
    return;
  }
  history.replaceState(null, "", new URL(shownUrl).hash || "#/");
  if (!isOpen) session.set({ ...session.get(), offer: token });
};

/**
 * Goes over to the session of a link, which the browser may have already: the link has been clicked again, or its page loaded
 * again. When that fails everything stays as it is; returns why.
 */
const startPortal = async (token: string): Promise<LinkProblem | undefined> => {
  const linkId = linkIdOf(token);
  const isOpen = keptPortal.get() === linkId && (await hasPortalSession(linkId, api));
  const opened = isOpen ? linkId : await openPortalLink(token, api);
  if (typeof opened !== "string") return opened;
  keptKey.remove();
  keptPortal.set(opened);
  session.set({ ...nobody, portal: opened });
  return undefined;
};

/** Opens the link that the user was asked about, and leaves what was in use before. When that fails nothing changes; returns why. */
export const acceptOffer = async (): Promise<LinkProblem | undefined> => {
  const { offer } = session.get();
  return offer === undefined ? undefined : await startPortal(offer);
};

/** Goes on with what was in use before. */
export const declineOffer = (): void => session.set({ ...session.get(), offer: undefined });

const takeOwnKey = (): void => {
  const linked = location.hash.startsWith("#key=") ? linkedKey(location) : undefined;
  if (location.hash.startsWith("#key=")) history.replaceState(null, "", "#/");
  const kept = keptKey.get();
  if (linked !== undefined) signIn(linked, { keep: true });
  else if (kept !== undefined) session.set({ ...nobody, key: kept });
};

const shareWithTabs = (): void => {
  if (!isOwnOrigin(location)) return;
  const channel = new BroadcastChannel(keyName);
  others = shareKey({
    channel: {
      post: (message) => channel.postMessage(message),
      listen: (hear) => channel.addEventListener("message", ({ data }) => hear(data)),
    },
    current: currentKey,
    // Who has opened a portal link since keeps its session.
    take: (key) => {
      if (currentPortal() === undefined) session.set({ ...nobody, key });
    },
    forget,
  });
};

/** The session; renders again when it changes. */
export const useSession = session.use;
