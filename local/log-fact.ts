import * as z from "zod";
import type { DevFact } from "./dev-fact.ts";
import type { LogFacts } from "./function-log.ts";

const batch = { batchId: z.string(), events: z.number() };

/** What functions log and everybody is told; attempts are told with more than their line has. */
const lines = z.discriminatedUnion("message", [
  z.object({ message: z.literal("batch.expired"), ...batch }),
  z.object({ message: z.literal("batch.parked"), ...batch, until: z.string() }),
  z.object({ message: z.literal("batch.split"), ...batch, into: z.array(z.string()) }),
  z.object({ message: z.literal("breaker.changed"), webhookId: z.string(), from: z.string(), to: z.string() }),
  z.object({ message: z.literal("replay.ended"), state: z.string() }),
]);

/** The fact that a function's line stands for, if it stands for one. */
export const logFact = (facts: LogFacts): DevFact | undefined => {
  const read = lines.safeParse(facts);
  if (!read.success) return undefined;
  const { data } = read;
  switch (data.message) {
    case "batch.expired":
      return { event: "expired", batchId: data.batchId, events: data.events };
    case "batch.parked":
      return { event: "parked", batchId: data.batchId, events: data.events, until: data.until };
    case "batch.split":
      return { event: "split", batchId: data.batchId, events: data.events, into: data.into };
    case "breaker.changed":
      return { event: "breaker", webhookId: data.webhookId, from: data.from, to: data.to };
    case "replay.ended":
      return { event: "note", text: `the replay is ${data.state}` };
  }
};
