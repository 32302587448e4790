import * as z from "zod";
import { createApiKeyRequest } from "#shared/webhooks/api/api-key-request.ts";
import { grants } from "#shared/contract/words.ts";

/** Every grant: what a key gets that is not asked to have less. */
export const allGrants = grants;

/** What is asked of a new key: checked as the API checks it, and with the customer that a key of the API would inherit. */
export const keyRequest = createApiKeyRequest.extend({
  customer: z.string().regex(/^[\x21-\x7e]{1,64}$/, "must be 1 to 64 visible ASCII characters"),
});
