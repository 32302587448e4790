import { useSyncExternalStore } from "react";

/** Where the layout lays the navigation over the page. */
const narrow = window.matchMedia("(max-width: 688px)");

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
};

/** Whether the window is as narrow as a phone. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
