import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { apiKeyView } from "./api-key-view.ts";

/** `GET /api-keys`: all keys of the caller's customer, oldest first. */
export const listApiKeys = async (deps: ApiDeps, { caller }: Request): Promise<Answer> => {
  const keys = await deps.apiKeys.list(caller.customerId);
  const results = keys.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map(apiKeyView);
  return { status: 200, results };
};
