import type { Grant } from "#shared/contract/words.ts";

/** Answer of `GET /whoami`. */
export interface WhoAmI {
  readonly customer_id: string;
  readonly key: { readonly id: string; readonly label: string; readonly short_key: string };
  readonly grants: readonly Grant[];
  readonly version: string;
  readonly server_time: string;
}
