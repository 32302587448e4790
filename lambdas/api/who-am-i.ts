import { version } from "#shared/contract/version.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { Answer, ApiDeps, Request } from "./api-deps.ts";

/** `GET /whoami`: the key that a request was made with, what it may do, and what answers it. */
export const whoAmI = async (deps: ApiDeps, { caller }: Request): Promise<Answer> => {
  const { customerId, keyId, grants } = caller;
  const key = keyId === undefined ? undefined : await deps.apiKeys.findById(customerId, keyId);
  if (key === undefined) {
    throw new RequestError(401, {
      message: "Unauthorized.",
      description: "The API key has been revoked.",
      code: "1303",
    });
  }
  const { id, label, shortKey: short_key } = key;
  const server_time = new Date(deps.now()).toISOString();
  return {
    status: 200,
    results: { customer_id: customerId, key: { id, label, short_key }, grants, version, server_time },
  };
};
