import type { Grant } from "#shared/domain/api-key.ts";
import { excessGrants } from "#shared/domain/api/api-key-request.ts";
import { RequestError } from "#shared/domain/errors.ts";

/** Refuses to give a key grants that the caller does not hold. */
export const requireGrants = (request: Parameters<typeof excessGrants>[0]): void => {
  const excess = excessGrants(request);
  if (excess.length > 0) throw new RequestError(403, excess.map(forbidden));
};

const forbidden = (grant: Grant) => ({
  message: "Forbidden.",
  description: `This API key lacks the grant '${grant}', so it cannot give it to a key.`,
  code: "1100",
});
