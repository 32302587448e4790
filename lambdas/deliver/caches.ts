import type { DeliverySettings, Oauth2 } from "#shared/webhooks/settings.ts";
import type { AccessToken, Settings, Tokens } from "./ports.ts";
import type { TokenAnswer } from "#shared/delivery/outbound.ts";

/** Bounds the memory; one entry is at most a few kilobytes. */
const maxEntries = 2_000;

/** Keeps delivery settings for the life of the environment: a revision never changes. */
export const settingsCache = (settings: Settings): Settings => {
  const known = new Map<string, DeliverySettings>();
  return {
    find: async (webhookId, revision) => {
      const key = `${webhookId}#${revision}`;
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const found = await settings.find(webhookId, revision);
      if (found === undefined) return undefined;
      const oldest = known.keys().next();
      if (known.size >= maxEntries && !oldest.done) known.delete(oldest.value);
      known.set(key, found);
      return found;
    },
  };
};

/** A token is not used in its last minute: it must live as long as the POST that carries it. */
const marginMs = 60_000;

interface TokenEndpoint {
  readonly request: (auth: Oauth2) => Promise<TokenAnswer>;
}

/** Keeps access tokens until shortly before they expire; of several batches at a time one requests the token. */
export const tokenCache = (endpoint: TokenEndpoint, now: () => number): Tokens => {
  const tokens = new Map<string, { readonly token: Promise<AccessToken | undefined>; staleAt: number }>();
  return {
    get: async (owner, auth) => {
      const cached = tokens.get(owner);
      if (cached !== undefined && now() < cached.staleAt) return await cached.token;
      for (const [other, { staleAt }] of tokens) if (now() >= staleAt) tokens.delete(other);
      // Until its lifetime is known the request itself is shared.
      const entry = { token: requestToken(endpoint, auth, now), staleAt: Number.POSITIVE_INFINITY };
      tokens.set(owner, entry);
      try {
        const token = await entry.token;
        entry.staleAt = token === undefined ? 0 : token.expiresAt - marginMs;
        return token;
      } catch (error) {
        entry.staleAt = 0;
        throw error;
      }
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
