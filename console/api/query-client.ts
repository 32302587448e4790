import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error.ts";

/** How often pages that show traffic ask again, while their tab is visible. */
export const pollMs = 5_000;

/** The same for long lists, whose answers are large. */
export const slowPollMs = 30_000;

/** Rows from which on a list is long. */
export const longList = 100;

/** Only faults of network and server may pass by themselves. */
const mayPass = (error: unknown): boolean => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => count < 1 && mayPass(error), staleTime: 2_000 },
    mutations: { retry: false },
  },
});
