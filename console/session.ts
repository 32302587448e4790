import { linkedKey } from "./linked-key.ts";
import { createStore } from "./store.ts";

/** Who uses the console. The key is kept in memory; in `sessionStorage` only when the user asks for it. */
export interface Session {
  readonly key: string | undefined;
  /** Whether the API has refused the key that was in use. */
  readonly expired: boolean;
}

const storageName = "tidepost-key";

const session = createStore<Session>({ key: undefined, expired: false });

/** The key to call the API with. */
export const currentKey = (): string | undefined => session.get().key;

/** Starts to use a key. */
export const signIn = (key: string, { keep }: { readonly keep: boolean }): void => {
  if (keep) sessionStorage.setItem(storageName, key);
  else sessionStorage.removeItem(storageName);
  session.set({ key, expired: false });
};

/** Forgets the key. */
export const signOut = (): void => {
  sessionStorage.removeItem(storageName);
  session.set({ key: undefined, expired: false });
};

/** Forgets a key that the API refuses. */
export const expireSession = (): void => {
  if (session.get().key === undefined) return;
  sessionStorage.removeItem(storageName);
  session.set({ key: undefined, expired: true });
};

/**
 * Takes the key that this tab keeps, or the one of a link `#key=…`. Such links are for the local runtime only: elsewhere the
 * key would stay in the browser's history. It is removed from the address at once.
 */
export const restoreSession = (): void => {
  if (location.hash.startsWith("#key=")) {
    const linked = linkedKey(location);
    history.replaceState(null, "", "#/");
    if (linked !== undefined) {
      signIn(linked, { keep: true });
      return;
    }
  }
  const kept = sessionStorage.getItem(storageName) ?? undefined;
  if (kept !== undefined) session.set({ key: kept, expired: false });
};

/** The session; renders again when it changes. */
export const useSession = session.use;
