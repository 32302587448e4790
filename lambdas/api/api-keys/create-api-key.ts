import { randomBytes } from "node:crypto";
import { hashApiKey, type NewApiKey, shortKeyOf } from "#shared/domain/api-key.ts";
import { createApiKeyRequest } from "#shared/domain/api/api-key-request.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { apiKeyView } from "./api-key-view.ts";
import { findCallingKey } from "./find-api-key.ts";
import { requireGrants } from "./require-grants.ts";

const keyBytes = 32;

/** `POST /api-keys`: the answer is the only place that ever shows the key. */
export const createApiKey = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { label, grants } = validate(createApiKeyRequest, parseJson(request.body));
  const caller = await findCallingKey(deps, request);
  requireGrants({ wanted: grants, current: [], caller: caller.grants });
  const key = randomBytes(keyBytes).toString("hex");
  const apiKey: NewApiKey = {
    keyHash: hashApiKey(key),
    id: deps.newId(),
    customerId: caller.customerId,
    label,
    grants,
    shortKey: shortKeyOf(key),
    createdAt: new Date(deps.now()).toISOString(),
  };
  await deps.apiKeys.put(apiKey);
  const link = { href: `${deps.baseUrl}/v1/api-keys/${apiKey.id}` };
  return { status: 200, results: { ...apiKeyView(apiKey), key, link } };
};
