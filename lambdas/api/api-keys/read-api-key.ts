import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { apiKeyView } from "./api-key-view.ts";
import { findApiKey } from "./find-api-key.ts";

/** `GET /api-keys/{id}`. */
export const readApiKey = async (deps: ApiDeps, request: Request): Promise<Answer> => ({
  status: 200,
  results: apiKeyView(await findApiKey(deps, request)),
});
