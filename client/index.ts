/** What the package exports as `tidepost-client`. */
export { ApiError } from "./api-error.ts";
export { type Client, type ClientOptions, createClient } from "./create-client.ts";
export { eachItem, type ListPath } from "./each-item.ts";
export type { Paths, Schemas } from "./paths.ts";
export type { RetryOptions } from "./retrying-fetch.ts";
