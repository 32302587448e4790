import createOpenApiClient, { type Client as OpenApiClient } from "openapi-fetch";
import type { Paths } from "./paths.ts";
import { type RetryOptions, retryingFetch } from "./retrying-fetch.ts";

/** Calls the API by path and method: `client.GET("/webhooks/{id}", { params: { path: { id } } })`. */
export type Client = OpenApiClient<Paths, "application/json">;

export interface ClientOptions extends RetryOptions {
  /** Base URL of the API, such as `https://abc.execute-api.eu-west-1.amazonaws.com/api/v1`: the stack's output ApiUrl. */
  readonly url: string;
  /** API key. */
  readonly key: string;
  /**
   * Sub-account in whose name to act; 0 is the primary account alone.
   * @default none: the primary account and all sub-accounts
   */
  readonly subaccount?: number | undefined;
}

/**
 * A client with the types of the whole API. Each method resolves to `{ data, error, response }`, as in openapi-fetch, and
 * rejects only when no answer came.
 *
 * @throws {TypeError} when the URL or the key is empty or cannot be one
 */
export const createClient = ({ url, key, subaccount, ...retries }: ClientOptions): Client => {
  if (!URL.canParse(url)) throw new TypeError("The url must be the API's base URL, ending in /api/v1");
  if (typeof key !== "string" || key.trim() === "") throw new TypeError("The key is empty or not set");
  return createOpenApiClient<Paths, "application/json">({
    baseUrl: url.replace(/\/+$/, ""),
    fetch: retryingFetch(retries),
    headers: { authorization: key, ...(subaccount === undefined ? {} : { "x-msys-subaccount": String(subaccount) }) },
  });
};
