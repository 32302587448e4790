import { eventKeys } from "#shared/contract/words.ts";
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useSession } from "../session.ts";
import type { ApiError } from "./api-error.ts";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import type { ApiKey, WhoAmI } from "#shared/contract/api/api-key.ts";
import { callApi, callApiPage } from "./client.ts";
import type { EventDocumentation, EventSample } from "#shared/contract/api/event.ts";
import type { PortalSession } from "#shared/contract/api/portal-link.ts";
import { longList, pollMs } from "./query-client.ts";
import type { WebhooksOverview } from "#shared/contract/api/overview.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import type { AnswerTo } from "#shared/contract/api/answers.ts";

/** Names of what is kept between pages; a change invalidates all that begins with its name. */
export const queryKeys = {
  whoAmI: (who: string | undefined) => ["who-am-i", who],
  page: (query: WebhookPageQuery) => ["webhooks", "page", query],
  overview: ["webhooks", "overview"],
  subaccounts: (query: object) => ["webhooks", "subaccounts", query],
  webhook: (id: string) => ["webhooks", id],
  webhooks: ["webhooks"],
  apiKeys: ["api-keys"],
  documentation: ["event-documentation"],
  samples: ["event-samples"],
} as const;

/** Who is signed in, and what may be done: a key, or a portal session. */
type SignedIn = Pick<WhoAmI, "customer_id" | "grants" | "batch_window_seconds" | "max_keep_bodies_days"> & {
  readonly key?: WhoAmI["key"];
  readonly portal?: PortalSession;
};

/** What the session's key, or the portal session, is and may do. */
export const useWhoAmI = (): UseQueryResult<SignedIn, ApiError> => {
  const { key, portal } = useSession();
  return useQuery({
    queryKey: queryKeys.whoAmI(key ?? portal),
    queryFn: async ({ signal }): Promise<SignedIn> => {
      if (portal === undefined) return await callApi("GET /v1/whoami", { signal });
      const found = await callApi("GET /v1/portal/session", { signal });
      return { ...found, portal: found };
    },
    enabled: (key ?? portal) !== undefined,
    staleTime: 60_000,
  });
};

/** How long the system collects events for a batch, in seconds; until it is known, the longest that there is. */
export const useWindowSeconds = (): number => useWhoAmI().data?.batch_window_seconds ?? batchWindowSeconds;

/** Most days that a webhook may keep delivered bodies, as far as it is known. */
export const useMaxKeepBodiesDays = (): number => useWhoAmI().data?.max_keep_bodies_days ?? 0;

/** Which webhooks a page has, as the API is asked. */
export type WebhookPageQuery = Readonly<
  Partial<Record<"search" | "state" | "subaccount_id" | "sort" | "limit" | "offset" | "cursor", string | undefined>>
>;

export type WebhookPage = AnswerTo<"GET /v1/webhooks/summary">;

/** Pages that nobody looks at are soon forgotten, so that turning many does not fill the memory. */
const pageKeptMs = 15_000;

export const readWebhookPage = async (query: WebhookPageQuery, signal?: AbortSignal): Promise<WebhookPage> =>
  await callApiPage("GET /v1/webhooks/summary", { query, ...(signal === undefined ? {} : { signal }) });

/** A page of webhooks with their states and their last 24 hours. Until it is there, the one before it stays. */
export const useWebhookPage = (query: WebhookPageQuery): UseQueryResult<WebhookPage, ApiError> =>
  useQuery({
    queryKey: queryKeys.page(query),
    queryFn: ({ signal }) => readWebhookPage(query, signal),
    refetchInterval: ({ state }) => ((state.data?.total ?? 0) > longList ? 2 * pollMs : pollMs),
    placeholderData: keepPreviousData,
    gcTime: pageKeptMs,
  });

/** What all webhooks together did, and what will be lost. What the API has not read yet is asked for soon. */
export const useOverview = (): UseQueryResult<WebhooksOverview, ApiError> =>
  useQuery({
    queryKey: queryKeys.overview,
    queryFn: ({ signal }) => callApi("GET /v1/webhooks/overview", { signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && !(state.data.is_complete && state.data.at_risk.is_complete) ? pollMs : 3 * pollMs,
  });

/** A page of sub-accounts with what their webhooks do together. What the API has not counted yet is asked for soon. */
export const useSubaccounts = (query: {
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
}): UseQueryResult<AnswerTo<"GET /v1/webhooks/subaccounts">, ApiError> =>
  useQuery({
    queryKey: queryKeys.subaccounts(query),
    queryFn: ({ signal }) => callApiPage("GET /v1/webhooks/subaccounts", { query, signal }),
    refetchInterval: ({ state }) => (state.data?.is_complete === false ? pollMs : 3 * pollMs),
    placeholderData: keepPreviousData,
    gcTime: pageKeptMs,
  });

/** A webhook with all its settings. */
export const useWebhook = (id: string): UseQueryResult<Webhook, ApiError> =>
  useQuery({
    queryKey: queryKeys.webhook(id),
    queryFn: ({ signal }) => callApi("GET /v1/webhooks/{id}", { parameters: { id }, signal }),
  });

/** The customer's API keys. */
export const useApiKeys = (): UseQueryResult<readonly ApiKey[], ApiError> =>
  useQuery({
    queryKey: queryKeys.apiKeys,
    queryFn: ({ signal }) => callApi("GET /v1/api-keys", { signal }),
  });

/** The event catalogue: the same for everyone until the next version. */
export const useEventDocumentation = (): UseQueryResult<EventDocumentation, ApiError> =>
  useQuery({
    queryKey: queryKeys.documentation,
    queryFn: ({ signal }) => callApi("GET /v1/webhooks/events/documentation", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** One sample of every event type. */
export const useEventSamples = (): UseQueryResult<readonly EventSample[], ApiError> =>
  useQuery({
    queryKey: queryKeys.samples,
    queryFn: ({ signal }) =>
      callApi("GET /v1/webhooks/events/samples", { query: { events: eventKeys.join(",") }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the server tells the console about its deployment. */
interface ConsoleConfig {
  readonly version: string;
  readonly region: string;
  readonly stack: string;
  readonly links: { readonly docs: string };
  /** How the console looks in portal sessions; what is empty is as usual. */
  readonly portal: { readonly name: string; readonly color: string; readonly logo_url: string };
}

const loadConfig = async (signal: AbortSignal): Promise<ConsoleConfig> => {
  const response = await fetch(new URL("config.json", document.baseURI), { signal });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return (await response.json()) as ConsoleConfig;
};

/** The deployment's facts, asked for once. */
export const useConsoleConfig = (): UseQueryResult<ConsoleConfig> =>
  useQuery({
    queryKey: ["console-config"],
    queryFn: ({ signal }) => loadConfig(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
