import { LRUCache } from "lru-cache";
import type { SettingsStore, TokenEndpoint } from "#shared/stores.ts";
import type { ToldStore } from "#shared/webhooks/told-store.ts";
import type { TellDeps } from "./tell.ts";
import type { DeliverySettings, Oauth2 } from "#shared/webhooks/settings.ts";

/** Bounds the memory; one entry is at most a few kilobytes. */
const max = 2_000;

/** Keeps delivery settings for the life of the environment: a revision never changes. */
export const settingsCache = (settings: Pick<SettingsStore, "find">): Pick<SettingsStore, "find"> => {
  const known = new LRUCache<string, DeliverySettings, { readonly webhookId: string; readonly revision: number }>({
    max,
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context }) => await settings.find(context.webhookId, context.revision),
  });
  return {
    find: async (webhookId, revision) =>
      await known.fetch(`${webhookId}#${revision}`, { context: { webhookId, revision } }),
  };
};

/** A customer's first webhook for events about webhooks is known to all within this time. */
const subscriberMs = 60_000;

/** Keeps for a minute whether somebody wants to know how a customer's webhooks are. */
export const subscriberCache = (
  told: Pick<ToldStore, "hasSubscriber">,
  now: () => number,
): TellDeps["told"]["hasSubscriber"] => {
  const known = new LRUCache<string, { readonly isThere: boolean }>({
    max,
    ttl: subscriberMs,
    perf: { now },
    ttlResolution: 0,
    ignoreFetchAbort: true,
    fetchMethod: async (customerId) => ({ isThere: await told.hasSubscriber(customerId) }),
  });
  return async (customerId) => (await known.forceFetch(customerId)).isThere;
};

/** An OAuth 2 access token. Times are Unix milliseconds. */
export interface AccessToken {
  readonly value: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Access tokens by owner. */
export interface Tokens {
  /** Undefined when the token endpoint gives none. */
  readonly get: (owner: string, auth: Oauth2) => Promise<AccessToken | undefined>;
  /** Forgets an owner's token, so that the next one is new. */
  readonly discard: (owner: string) => void;
}

/** A token is not used in its last minute: it must live as long as the POST that carries it. */
const marginMs = 60_000;

/** Keeps access tokens until shortly before they expire; of several batches at a time one requests the token. */
export const tokenCache = (endpoint: TokenEndpoint, now: () => number): Tokens => {
  const tokens = new LRUCache<string, AccessToken, Oauth2>({
    max,
    perf: { now },
    ttlResolution: 0,
    ignoreFetchAbort: true,
    fetchMethod: async (_owner, _stale, { context, options }) => {
      const token = await requestToken(endpoint, context, now);
      // The cache keeps a value for ever that has no time left, and one that has until the end of its last millisecond.
      if (token !== undefined) options.ttl = Math.max(Math.ceil(token.expiresAt - marginMs - now()) - 1, 1);
      return token;
    },
  });
  return {
    get: async (owner, auth) => {
      const token = await tokens.fetch(owner, { context: auth });
      if (token !== undefined && token.expiresAt - marginMs <= now()) tokens.delete(owner);
      return token;
    },
    discard: (owner) => void tokens.delete(owner),
  };
};

const requestToken = async (
  endpoint: TokenEndpoint,
  auth: Oauth2,
  now: () => number,
): Promise<AccessToken | undefined> => {
  const answer = await endpoint.request(auth);
  if (answer.kind !== "token") return undefined;
  const issuedAt = now();
  return { value: answer.accessToken, issuedAt, expiresAt: issuedAt + answer.expiresInSeconds * 1_000 };
};
