import { linkedKey } from "./linked-key.ts";
import { keptPortal } from "./kept-portal.ts";
import { type LinkProblem, linkedToken, openPortalLink } from "./portal-link.ts";
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
  /** Why nobody is signed in any more: the API refuses the key that was in use, or what became of a portal link. */
  readonly end:
    | "key_refused"
    | "portal_ended"
    | "signed_out_of_portal"
    | "framed_without_link"
    | LinkProblem
    | undefined;
}

const nobody: Session = { key: undefined, portal: undefined, end: undefined };

const storageName = "tidepost-key";

const session = createStore<Session>(nobody);

/** The other tabs; undefined where a page of another program might hear them. */
let others: SharedKey | undefined;

/** The key to call the API with. */
export const currentKey = (): string | undefined => session.get().key;

/** The portal session to call the API in. */
export const currentPortal = (): string | undefined => session.get().portal;

/** Starts to use a key. */
export const signIn = (key: string, { keep }: { readonly keep: boolean }): void => {
  if (keep) sessionStorage.setItem(storageName, key);
  else sessionStorage.removeItem(storageName);
  session.set({ ...nobody, key });
  others?.signedIn(key);
};

const forget = (): void => {
  sessionStorage.removeItem(storageName);
  session.set(nobody);
};

/** Forgets the key, in all tabs. */
export const signOut = (): void => {
  forget();
  others?.signedOut();
};

/** Forgets the portal session, which has ended. */
export const leavePortal = (end: Session["end"]): void => {
  const { portal } = session.get();
  if (portal !== undefined) keptPortal.remove(portal);
  session.set({ ...nobody, end });
};

/** Forgets a key that the API refuses, or a portal session. */
export const expireSession = (): void => {
  const { key, portal } = session.get();
  if (portal !== undefined) leavePortal("portal_ended");
  if (key === undefined) return;
  sessionStorage.removeItem(storageName);
  session.set({ ...nobody, end: "key_refused" });
};

/**
 * Opens the portal link in the address, or takes the key that this tab keeps, or the one of a link `#key=…`, or the portal session of
 * another tab, or the key of another tab or of the local runtime. Links with a key are for the local runtime only: elsewhere it
 * would stay in the browser's history. Both are removed from the address at once.
 */
export const restoreSession = async (): Promise<void> => {
  // In a page that is open such a link changes the hash only.
  window.addEventListener("hashchange", () => {
    if (linkedToken(location.hash) !== undefined) location.reload();
  });
  await takePortal();
  // Who is shown a portal gets no key of another tab.
  const { portal, end } = session.get();
  if (portal !== undefined || end !== undefined) return;
  shareWithTabs();
  const found = currentKey() === undefined ? await localKey() : undefined;
  // Another tab may have answered meanwhile.
  if (found !== undefined && currentKey() === undefined) signIn(found, { keep: false });
};

/** A page around this one could lead its user to give a key away, or to act with it. */
const isFramed = window.self !== window.top;

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
  sessionStorage.removeItem(storageName);
  const opened = await openPortalLink(token, { apiUrl: new URL("../v1/", document.baseURI), fetch });
  if (typeof opened === "string") keptPortal.set(opened);
  session.set(typeof opened === "string" ? { ...nobody, portal: opened } : { ...nobody, end: opened });
};

const takeOwnKey = (): void => {
  const linked = location.hash.startsWith("#key=") ? linkedKey(location) : undefined;
  if (location.hash.startsWith("#key=")) history.replaceState(null, "", "#/");
  const kept = sessionStorage.getItem(storageName) ?? undefined;
  if (linked !== undefined) signIn(linked, { keep: true });
  else if (kept !== undefined) session.set({ ...nobody, key: kept });
};

const shareWithTabs = (): void => {
  if (!isOwnOrigin(location)) return;
  const channel = new BroadcastChannel(storageName);
  others = shareKey({
    channel: {
      post: (message) => channel.postMessage(message),
      listen: (hear) => channel.addEventListener("message", ({ data }) => hear(data)),
    },
    current: currentKey,
    take: (key) => session.set({ ...nobody, key }),
    forget,
  });
};

/** The session; renders again when it changes. */
export const useSession = session.use;
