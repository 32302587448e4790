import * as z from "zod";

const authentication = z.discriminatedUnion("type", [
  z.object({ type: z.literal("none") }),
  z.object({ type: z.literal("basic"), username: z.string(), password: z.string() }),
  z.object({
    type: z.literal("oauth2"),
    url: z.string(),
    body: z.record(z.string(), z.json()),
    contentType: z.enum(["application/x-www-form-urlencoded", "application/json"]),
    headers: z.record(z.string(), z.string()),
  }),
]);

const signing = z.object({
  secret: z.string(),
  rotated: z.array(z.object({ secret: z.string(), until: z.number() })),
});

/** Delivery settings as they are stored, masked or not. */
export const deliverySettings = z.object({
  target: z.string(),
  authToken: z.string(),
  auth: authentication,
  customHeaders: z.record(z.string(), z.string()),
  signing: signing.exactOptional(),
  compression: z.literal("gzip").exactOptional(),
});
