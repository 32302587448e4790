import { randomBytes } from "node:crypto";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { ApiKey as ShownApiKey } from "#shared/contract/api/api-key.ts";
import { type ApiKey, type NewApiKey, covers, hashApiKey, keyFromAuthorization, shortKeyOf } from "#shared/api-key.ts";
import { maxApiKeys } from "#shared/contract/limits.ts";
import type { Grant } from "#shared/contract/words.ts";
import { createApiKeyRequest, updateApiKeyRequest } from "#shared/contract/api/api-key.ts";
import { type RequestError, errors, parseJson, together, validate } from "#shared/errors.ts";
import type { ApiDeps, Request, Answered, Done } from "./deps.ts";
import * as z from "zod";
import { version } from "#shared/contract/version.ts";
import { withoutNulls } from "./without-nulls.ts";
import { unauthorized } from "#shared/runtime/http.ts";

const keyBytes = 32;

/** `POST /api-keys`: the answer is the only place that ever shows the key. */
export const createApiKey = async (deps: ApiDeps, request: Request): Promise<Answered<"POST /v1/api-keys">> => {
  const { label, grants } = validate(createApiKeyRequest, withoutNulls(parseJson(request.body)));
  const caller = await findCallingKey(deps, request);
  requireGrants({ wanted: grants, current: [], caller: caller.grants });
  const keys = await deps.apiKeys.list(caller.customerId);
  if (keys.length >= maxApiKeys) {
    throw errors.conflict(`There are ${maxApiKeys} API keys, as many as a customer may have`, "Revoke unused keys.");
  }
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
  return { status: 200, body: { results: { ...apiKeyView(apiKey), key, link } } };
};

/** An API key as the API shows it: all but the key itself, of which only the hash is kept. */
const apiKeyView = ({
  id,
  label,
  shortKey,
  grants,
  createdAt,
  lastUsedAt,
}: NewApiKey & Pick<ApiKey, "lastUsedAt">): ViewOf<ShownApiKey> => ({
  id,
  label,
  short_key: shortKey,
  grants,
  created_at: createdAt,
  last_used_at: lastUsedAt,
});

/** `DELETE /api-keys/{id}`: revokes a key for good. API Gateway may let it pass for another minute. */
export const deleteApiKey = async (deps: ApiDeps, request: Request): Promise<Done> => {
  const caller = await findCallingKey(deps, request);
  const { keyHash } = await findApiKey(deps, request);
  if (keyHash === caller.keyHash) throw ownKey("revoke itself");
  if (!(await deps.apiKeys.remove(keyHash))) throw apiKeyNotFound();
  return { status: 204 };
};

/** The customer's key that a path names. Another customer's key is as absent as none. */
const findApiKey = async (deps: ApiDeps, { caller, parameters }: Request): Promise<ApiKey> => {
  const id = z.uuid().safeParse(parameters["id"]);
  const found = id.success ? await deps.apiKeys.findById(caller.customerId, id.data.toLowerCase()) : undefined;
  if (found === undefined) throw apiKeyNotFound();
  return found;
};

/**
 * The key that makes a request, as it is stored now. The authorizer's answer is cached: by that alone a key could, for a
 * minute after it was revoked, make itself a successor.
 */
export const findCallingKey = async (
  deps: ApiDeps,
  { caller, header }: Request,
  needed: Grant = "api_keys/manage",
): Promise<ApiKey> => {
  const key = keyFromAuthorization(header("authorization"));
  const found = key === undefined ? undefined : await deps.apiKeys.find(hashApiKey(key));
  if (found === undefined || found.customerId !== caller.customerId) {
    throw unauthorized();
  }
  if (!found.grants.includes(needed)) {
    throw errors.forbidden("Forbidden.", `This API key lacks the grant '${needed}'.`);
  }
  return found;
};

const apiKeyNotFound = (): RequestError => errors.notFound("Resource could not be found", "There is no such API key.");

/** A customer must keep a key that manages keys, so a key cannot end itself. */
const ownKey = (what: string): RequestError =>
  errors.conflict(`An API key cannot ${what}`, "Do this with another key that has the grant 'api_keys/manage'.");

/** `GET /api-keys`: all keys of the caller's customer, oldest first. */
export const listApiKeys = async (deps: ApiDeps, { caller }: Request): Promise<Answered<"GET /v1/api-keys">> => {
  const keys = await deps.apiKeys.list(caller.customerId);
  const results = keys.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map(apiKeyView);
  return { status: 200, body: { results } };
};

/** `GET /api-keys/{id}`. */
export const readApiKey = async (deps: ApiDeps, request: Request): Promise<Answered<"GET /v1/api-keys/{id}">> => ({
  status: 200,
  body: { results: apiKeyView(await findApiKey(deps, request)) },
});

/**
 * The wanted grants that a key would gain although the caller does not hold them: a key never gives more than it has. What
 * the key holds already may stay.
 */
export const excessGrants = (request: {
  readonly wanted: readonly Grant[];
  readonly current: readonly Grant[];
  readonly caller: readonly Grant[];
}): readonly Grant[] =>
  request.wanted.filter((grant) => !covers(request.current, grant) && !covers(request.caller, grant));

/** Refuses to give a key grants that the caller does not hold. */
const requireGrants = (request: Parameters<typeof excessGrants>[0]): void => {
  const excess = excessGrants(request);
  if (excess.length > 0) throw together(excess.map(forbidden));
};

const forbidden = (grant: Grant): RequestError =>
  errors.forbidden("Forbidden.", `This API key lacks the grant '${grant}', so it cannot give it to a key.`);

/** How often a change is tried against other changes of the same key. */
const maxTries = 5;

/** `PUT /api-keys/{id}`: changes label, grants or both. */
export const updateApiKey = async (deps: ApiDeps, request: Request): Promise<Answered<"PUT /v1/api-keys/{id}">> => {
  const wanted = validate(updateApiKeyRequest, withoutNulls(parseJson(request.body)));
  const caller = await findCallingKey(deps, request);
  for (let tries = 0; tries < maxTries; tries++) {
    const before = await findApiKey(deps, request);
    const after = { ...before, label: wanted.label ?? before.label, grants: wanted.grants ?? before.grants };
    // Judged by what the key holds as it is written: grants that another request takes away must not come back.
    requireGrants({ wanted: after.grants, current: before.grants, caller: caller.grants });
    if (after.keyHash === caller.keyHash && !after.grants.includes("api_keys/manage")) {
      throw ownKey("take 'api_keys/manage' from itself");
    }
    if (await deps.apiKeys.change(before, after)) return { status: 200, body: { results: apiKeyView(after) } };
  }
  throw errors.conflict("The API key is being changed by other requests", "Nothing was changed. Try again.");
};

/** `GET /whoami`: the key that a request was made with, what it may do, and what answers it. */
export const whoAmI = async (deps: ApiDeps, { caller }: Request): Promise<Answered<"GET /v1/whoami">> => {
  const { customerId, keyId, grants } = caller;
  const key = keyId === undefined ? undefined : await deps.apiKeys.findById(customerId, keyId);
  if (key === undefined) {
    throw unauthorized("The API key has been revoked.");
  }
  const { id, label, shortKey: short_key } = key;
  const server_time = new Date(deps.now()).toISOString();
  return {
    status: 200,
    body: {
      results: {
        customer_id: customerId,
        key: { id, label, short_key },
        grants,
        version,
        server_time,
        batch_window_seconds: deps.windowSeconds,
        max_keep_bodies_days: deps.maxKeepBodiesDays,
      },
    },
  };
};
