import { useSyncExternalStore } from "react";
import { linkedKey } from "./linked-key.ts";

/** Who uses the console. The key is kept in memory; in `sessionStorage` only when the user asks for it. */
export interface Session {
  readonly key: string | undefined;
  /** Whether the API has refused the key that was in use. */
  readonly expired: boolean;
}

const storageName = "tidepost-key";

let session: Session = { key: undefined, expired: false };
const listeners = new Set<() => void>();

const change = (next: Session): void => {
  session = next;
  for (const listener of listeners) listener();
};

/** The key to call the API with. */
export const currentKey = (): string | undefined => session.key;

/** Starts to use a key. */
export const signIn = (key: string, { keep }: { readonly keep: boolean }): void => {
  if (keep) sessionStorage.setItem(storageName, key);
  else sessionStorage.removeItem(storageName);
  change({ key, expired: false });
};

/** Forgets the key. */
export const signOut = (): void => {
  sessionStorage.removeItem(storageName);
  change({ key: undefined, expired: false });
};

/** Forgets a key that the API refuses. */
export const expireSession = (): void => {
  if (session.key === undefined) return;
  sessionStorage.removeItem(storageName);
  change({ key: undefined, expired: true });
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
  if (kept !== undefined) change({ key: kept, expired: false });
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The session; renders again when it changes. */
export const useSession = (): Session => useSyncExternalStore(subscribe, () => session);
