import type { ApiKey, NewApiKey } from "#shared/domain/api-key.ts";

/** An API key as the API shows it: all but the key itself, of which only the hash is kept. */
export const apiKeyView = ({
  id,
  label,
  shortKey,
  grants,
  createdAt,
  lastUsedAt,
}: NewApiKey & Pick<ApiKey, "lastUsedAt">) => ({
  id,
  label,
  short_key: shortKey,
  grants,
  created_at: createdAt,
  last_used_at: lastUsedAt,
});
