import * as z from "zod";
import { covers } from "#shared/api-key.ts";
import { type Grant, grants } from "#shared/contract/words.ts";
import { displayText } from "./display-text.ts";

const grantList = z
  .array(z.enum(grants, { error: `must be one of: ${grants.join(", ")}` }))
  .min(1, "must contain at least one grant")
  .transform((list) => [...new Set(list)]);

/** Compatible clients may ask for this restriction. A key without it must not look as if it had it. */
const validIps = z.array(z.unknown()).max(0, "must be empty: keys are not bound to addresses").nullish();

/** Body of `POST /api-keys`. Unknown fields are ignored. */
export const createApiKeyRequest = z.object({ label: displayText, grants: grantList, valid_ips: validIps });

/** Body of `PUT /api-keys/{id}`: only the fields sent change; the list of grants is replaced whole. */
export const updateApiKeyRequest = z.object({
  label: displayText.exactOptional(),
  grants: grantList.exactOptional(),
  valid_ips: validIps,
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
