import * as z from "zod";

/** What `GET /whoami` answers: whose key it is and what it may do. */
export const whoami = z.looseObject({
  customer_id: z.string(),
  key: z.looseObject({ label: z.string(), short_key: z.string() }),
  grants: z.array(z.string()),
  version: z.string(),
  server_time: z.string(),
});
