import { useMutation } from "@tanstack/react-query";
import type { EventSearch } from "#shared/contract/api/search.ts";
import type { ApiError } from "../api/api-error.ts";
import { callApi } from "../api/client.ts";
import { navigate } from "../hash-location.ts";

/** Path of the page of a search. */
const searchPath = (searchId: string): string => `/events/search/${encodeURIComponent(searchId)}`;

/**
 * Starts a search, of the last day for an id or a recipient, or for what a request says, and goes to it, unless what started it is
 * no longer shown.
 */
export const useSearchStart = (onStarted: () => void = () => undefined) => {
  const { mutate, ...search } = useMutation<EventSearch, ApiError, string | object>({
    mutationFn: async (wanted) => await callApi("POST /v1/events/search", { body: requestFor(wanted) }),
  });
  const start = (wanted: string | object): void =>
    mutate(wanted, {
      onSuccess: ({ id }) => {
        onStarted();
        navigate(searchPath(id));
      },
    });
  return { ...search, mutate: start };
};

const requestFor = (wanted: string | object): object => {
  if (typeof wanted === "object") return wanted;
  return wanted.includes("@") ? { recipient: wanted } : { id: wanted };
};
