import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../local/generator/random.ts";
import type { FunctionPool } from "../../emulator/functions/function-pool.ts";

const maxLatenessMs = 2_000;
const ways = ["late", "twice at once", "twice in a row", "shuffled", "answer lost"] as const;
const mappingEvent = '{"Records":[';

interface MeddlerOptions {
  readonly random: Random;
  /** Share of invocations that are meddled with, at the moment. */
  readonly share: () => number;
  readonly told: (how: string) => void;
}

/**
 * Does to a mapping's invocations what SQS and Kinesis may: deliver twice, at once or one after the other, deliver late and
 * so out of order, shuffle messages, and lose the answer, upon which everything comes again.
 */
export const meddler =
  ({ random, share, told }: MeddlerOptions) =>
  (pool: FunctionPool): FunctionPool => ({
    ...pool,
    invoke: async (event) => {
      if (!event.startsWith(mappingEvent) || !random.chance(share())) return await pool.invoke(event);
      const how = random.pick(ways);
      told(how);
      switch (how) {
        case "late":
          await delay(random.integer(100, maxLatenessMs));
          return await pool.invoke(event);
        case "twice at once": {
          const [result] = await Promise.all([pool.invoke(event), pool.invoke(event)]);
          return result;
        }
        case "twice in a row":
          await pool.invoke(event);
          return await pool.invoke(event);
        case "shuffled":
          return await pool.invoke(shuffled(event, random));
        case "answer lost": {
          const { requestId } = await pool.invoke(event);
          const error = { errorType: "Soak.AnswerLost", errorMessage: "The answer of the invocation was lost." };
          return { kind: "failed", requestId, error };
        }
      }
    },
  });

/** Messages in another order; a window of a stream keeps its order, as on AWS. */
const shuffled = (event: string, random: Random): string => {
  const { Records: records } = JSON.parse(event) as { readonly Records: readonly { readonly eventSource: string }[] };
  if (records[0]?.eventSource !== "aws:sqs") return event;
  const placed = records.map((record) => ({ record, place: random.fraction() }));
  return JSON.stringify({ Records: placed.toSorted((a, b) => a.place - b.place).map(({ record }) => record) });
};
