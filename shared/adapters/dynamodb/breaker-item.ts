import * as z from "zod";
import { failureReasons } from "#shared/domain/failure-reason.ts";

/** A breaker as it is stored. */
export const breakerItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("closed"), failures: z.number(), closedAt: z.number().exactOptional() }),
  z.object({
    kind: z.enum(["open", "half_open"]),
    openedAt: z.number(),
    reason: z.enum(failureReasons),
    failedProbes: z.number(),
    until: z.number(),
  }),
]);
