import { useSyncExternalStore } from "react";
import { serverNow } from "../api/clock.ts";

const tickMs = 1_000;
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serverNow();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

const read = (): number => {
  // Without a running clock the last tick may be long ago. What is read twice in a row must be the same.
  if (timer === undefined && Math.abs(serverNow() - now) > tickMs) now = serverNow();
  return now;
};

/** Now by the server's clock, anew every second; one timer serves the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, read);
