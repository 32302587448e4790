import { updateApiKeyRequest } from "#shared/domain/api/api-key-request.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { apiKeyView } from "./api-key-view.ts";
import { findApiKey, findCallingKey, ownKey } from "./find-api-key.ts";
import { requireGrants } from "./require-grants.ts";

/** How often a change is tried against other changes of the same key. */
const maxTries = 5;

/** `PUT /api-keys/{id}`: changes label, grants or both. */
export const updateApiKey = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const wanted = validate(updateApiKeyRequest, parseJson(request.body));
  const caller = await findCallingKey(deps, request);
  for (let tries = 0; tries < maxTries; tries++) {
    const before = await findApiKey(deps, request);
    const after = { ...before, label: wanted.label ?? before.label, grants: wanted.grants ?? before.grants };
    // Judged by what the key holds as it is written: grants that another request takes away must not come back.
    requireGrants({ wanted: after.grants, current: before.grants, caller: caller.grants });
    if (after.keyHash === caller.keyHash && !after.grants.includes("api_keys/manage")) {
      throw ownKey("take 'api_keys/manage' from itself");
    }
    if (await deps.apiKeys.change(before, after)) return { status: 200, results: apiKeyView(after) };
  }
  throw new RequestError(409, {
    message: "The API key is being changed by other requests",
    description: "Nothing was changed. Try again.",
    code: "1602",
  });
};
