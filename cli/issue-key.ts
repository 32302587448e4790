import type * as z from "zod";
import { issuedKey } from "./answers/api-key.ts";
import { type ApiAccess, callApi } from "./api-client.ts";

/** Creates a key by the API; it gets the customer of the key in use. */
export const issueKey = async (
  access: ApiAccess,
  wanted: { readonly label: string; readonly grants: readonly string[] },
): Promise<z.output<typeof issuedKey>> =>
  await callApi(access, { method: "POST", path: "/api-keys", body: JSON.stringify(wanted), results: issuedKey });
