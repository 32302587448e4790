import { linkedKey } from "./linked-key.ts";
import { localKey } from "./local-sign-in.ts";
import { isOwnOrigin, type SharedKey, shareKey } from "./shared-key.ts";
import { createStore } from "./store.ts";

/**
 * Who uses the console. The key is kept in memory, which the tabs of an origin that is the stack's alone share; in
 * `sessionStorage` only when the user asks for it.
 */
export interface Session {
  readonly key: string | undefined;
  /** Whether the API has refused the key that was in use. */
  readonly expired: boolean;
}

const storageName = "tidepost-key";

const session = createStore<Session>({ key: undefined, expired: false });

/** The other tabs; undefined where a page of another program might hear them. */
let others: SharedKey | undefined;

/** The key to call the API with. */
export const currentKey = (): string | undefined => session.get().key;

/** Starts to use a key. */
export const signIn = (key: string, { keep }: { readonly keep: boolean }): void => {
  if (keep) sessionStorage.setItem(storageName, key);
  else sessionStorage.removeItem(storageName);
  session.set({ key, expired: false });
  others?.signedIn(key);
};

const forget = (): void => {
  sessionStorage.removeItem(storageName);
  session.set({ key: undefined, expired: false });
};

/** Forgets the key, in all tabs. */
export const signOut = (): void => {
  forget();
  others?.signedOut();
};

/** Forgets a key that the API refuses. */
export const expireSession = (): void => {
  if (session.get().key === undefined) return;
  sessionStorage.removeItem(storageName);
  session.set({ key: undefined, expired: true });
};

/**
 * Takes the key that this tab keeps, or the one of a link `#key=…`, or that of another tab, or that of the local runtime. Such
 * links are for the local runtime only: elsewhere the key would stay in the browser's history. It is removed from the address at
 * once.
 */
export const restoreSession = async (): Promise<void> => {
  takeOwnKey();
  shareWithTabs();
  const found = currentKey() === undefined ? await localKey() : undefined;
  // Another tab may have answered meanwhile.
  if (found !== undefined && currentKey() === undefined) signIn(found, { keep: false });
};

const takeOwnKey = (): void => {
  const linked = location.hash.startsWith("#key=") ? linkedKey(location) : undefined;
  if (location.hash.startsWith("#key=")) history.replaceState(null, "", "#/");
  const kept = sessionStorage.getItem(storageName) ?? undefined;
  if (linked !== undefined) signIn(linked, { keep: true });
  else if (kept !== undefined) session.set({ key: kept, expired: false });
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
    take: (key) => session.set({ key, expired: false }),
    forget,
  });
};

/** The session; renders again when it changes. */
export const useSession = session.use;
