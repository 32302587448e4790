import * as z from "zod";
import { type ApiKey, hashApiKey, keyFromAuthorization } from "#shared/domain/api-key.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { ApiDeps, Request } from "../api-deps.ts";

/** The customer's key that a path names. Another customer's key is as absent as none. */
export const findApiKey = async (deps: ApiDeps, { caller, parameters }: Request): Promise<ApiKey> => {
  const id = z.uuid().safeParse(parameters["id"]);
  const found = id.success ? await deps.apiKeys.findById(caller.customerId, id.data.toLowerCase()) : undefined;
  if (found === undefined) throw apiKeyNotFound();
  return found;
};

/**
 * The key that makes a request, as it is stored now. The authorizer's answer is cached: by that alone a key could, for a
 * minute after it was revoked, make itself a successor.
 */
export const findCallingKey = async (deps: ApiDeps, { caller, header }: Request): Promise<ApiKey> => {
  const key = keyFromAuthorization(header("authorization"));
  const found = key === undefined ? undefined : await deps.apiKeys.find(hashApiKey(key));
  if (found === undefined || found.customerId !== caller.customerId) {
    throw new RequestError(401, {
      message: "Unauthorized.",
      description: "The Authorization header is missing or holds no known API key.",
      code: "1303",
    });
  }
  if (!found.grants.includes("api_keys/manage")) {
    throw new RequestError(403, {
      message: "Forbidden.",
      description: "This API key lacks the grant 'api_keys/manage'.",
      code: "1100",
    });
  }
  return found;
};

export const apiKeyNotFound = (): RequestError =>
  new RequestError(404, {
    message: "Resource could not be found",
    description: "There is no such API key.",
    code: "1600",
  });

/** A customer must keep a key that manages keys, so a key cannot end itself. */
export const ownKey = (what: string): RequestError =>
  new RequestError(409, {
    message: `An API key cannot ${what}`,
    description: "Do this with another key that has the grant 'api_keys/manage'.",
    code: "1602",
  });
