import { notifyManager, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error.ts";

/** How often pages that show traffic ask again, while their tab is visible. */
export const pollMs = 5_000;

/** Rows from which on a list is long. */
export const longList = 100;

/** Only faults of network and server may pass by themselves. */
const mayPass = (error: unknown): boolean => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

// A machine without a network still reaches itself, and a request that fails is to be told, not held back.
const networkMode = "always";

// Before the next key or click: on a busy machine a timer, the library's default, comes after it, and what holds back a
// second press of a button that has begun would be shown too late.
notifyManager.setScheduler(queueMicrotask);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { networkMode, retry: (count, error) => count < 1 && mayPass(error), staleTime: 2_000 },
    mutations: { networkMode, retry: false },
  },
});
