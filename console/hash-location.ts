import { useSyncExternalStore } from "react";

/**
 * Location in the hash, its search included (`#/webhooks?state=failed`), for wouter. Everything before the hash is the
 * deployment's and stays as it is.
 */
const fromHash = (): { readonly path: string; readonly search: string } => {
  const [path = "", search = ""] = location.hash.replace(/^#?\/?/, "").split("?", 2);
  return { path: `/${path}`, search };
};

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
};

interface NavigateOptions {
  readonly replace?: boolean;
}

/** Goes to a path of the console, such as `/webhooks?state=failed`. */
export const navigate = (to: string, { replace = false }: NavigateOptions = {}): void => {
  const before = location.href;
  history[replace ? "replaceState" : "pushState"](null, "", `#${to}`);
  window.dispatchEvent(new HashChangeEvent("hashchange", { oldURL: before, newURL: location.href }));
};

/** The path, for wouter's router. */
export const useHashPath = (): [string, typeof navigate] => [
  useSyncExternalStore(subscribe, () => fromHash().path),
  navigate,
];

/** The search without its question mark, for wouter's router. */
export const useHashSearch = (): string => useSyncExternalStore(subscribe, () => fromHash().search);

/** Where the console opens. */
export const homePath = "/overview";

/** Address of a link to a path of the console. */
export const hrefOf = (path: string): string => `#${path}`;
