import type { Grant } from "#shared/contract/words.ts";

/** An API key as it is listed. */
export interface ApiKey {
  readonly id: string;
  readonly label: string;
  readonly short_key: string;
  readonly grants: readonly Grant[];
  readonly created_at: string;
  /** To the hour; absent when it was never used. */
  readonly last_used_at?: string;
}

/** Answer to a creation, the only one that holds the key itself. */
export interface IssuedApiKey extends ApiKey {
  readonly key: string;
}
