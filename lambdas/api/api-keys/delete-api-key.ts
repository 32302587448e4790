import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { apiKeyNotFound, findApiKey, findCallingKey, ownKey } from "./find-api-key.ts";

/** `DELETE /api-keys/{id}`: revokes a key for good. API Gateway may let it pass for another minute. */
export const deleteApiKey = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const caller = await findCallingKey(deps, request);
  const { keyHash } = await findApiKey(deps, request);
  if (keyHash === caller.keyHash) throw ownKey("revoke itself");
  if (!(await deps.apiKeys.remove(keyHash))) throw apiKeyNotFound();
  return { status: 204 };
};
