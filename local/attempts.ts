import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { AttemptFact } from "./dev-fact.ts";
import type { LogFacts } from "./function-log.ts";
import { callLocalApi, type LocalApi } from "./local-api.ts";

/** Makes a fact of each attempt, in order, with what the API knows of the batch. */
export interface AttemptReader {
  readonly note: (facts: LogFacts) => void;
  /** Tells something else in the order of what was noted. */
  readonly inOrder: (tell: () => void) => void;
  /** Resolves when all that was noted has been told. */
  readonly settled: () => Promise<void>;
}

interface AttemptReaderOptions {
  /** Undefined until the API listens. */
  readonly api: () => LocalApi | undefined;
  readonly onAttempt: (fact: AttemptFact) => void;
}

const attempted = z.object({
  message: z.literal("delivery.attempted"),
  batchId: z.string(),
  webhookId: z.string(),
  events: z.number(),
  attempt: z.number(),
  outcome: z.string(),
  status: z.number().optional(),
  reason: z.string().optional(),
  durationMs: z.number(),
});
type Attempted = z.output<typeof attempted>;

const batch = z.object({
  created_at: z.string().optional(),
  closed_at: z.string().optional(),
  closed_by: z.string().optional(),
  event_types: z.record(z.string(), z.number()).optional(),
  expires_at: z.string().optional(),
  replay_id: z.string().optional(),
  attempts: z.array(z.object({ n: z.number(), next_attempt_at: z.string().optional() })),
});

/** An attempt is recorded a moment after it was logged. */
const looksAfterMs = [20, 60, 200, 500] as const;
/** When more attempts wait than this, what the log tells of them must do. */
const maxWaiting = 10;

/** Creates a reader of attempts. */
export const createAttemptReader = ({ api, onAttempt }: AttemptReaderOptions): AttemptReader => {
  /** When the first attempt of a batch failed, by batches that have not been delivered. */
  const failedAt = new Map<string, number>();
  let waiting = 0;
  let queue = Promise.resolve();

  const recoveredAfter = ({ batchId, outcome }: Attempted, at: number): number | undefined => {
    const since = failedAt.get(batchId);
    if (outcome !== "delivered") failedAt.set(batchId, since ?? at);
    else failedAt.delete(batchId);
    return outcome === "delivered" && since !== undefined ? at - since : undefined;
  };

  return {
    note: (facts) => {
      const read = attempted.safeParse(facts);
      if (!read.success) return;
      const { batchId, webhookId, events, attempt, outcome, status, reason, durationMs } = read.data;
      const recoveredAfterMs = recoveredAfter(read.data, Date.now());
      const access = waiting < maxWaiting ? api() : undefined;
      waiting += 1;
      const looking = access === undefined ? Promise.resolve({}) : lookUp(access, read.data);
      queue = queue.then(async () => {
        const known = await looking;
        waiting -= 1;
        onAttempt({
          event: "attempt",
          batchId,
          webhookId,
          events,
          attempt,
          outcome: outcome === "delivered" ? "delivered" : "failed",
          status,
          reason,
          latencyMs: durationMs,
          recoveredAfterMs,
          ...known,
        });
      });
    },
    inOrder: (tell) => {
      queue = queue.then(tell);
    },
    settled: () => queue,
  };
};

type Known = Pick<AttemptFact, "closedBy" | "eventTypes" | "expiresAt" | "nextAttemptAt" | "replayId" | "windowMs">;

/** What the API knows of an attempt's batch; nothing when it does not know the attempt soon enough. */
const lookUp = async (api: LocalApi, { batchId, webhookId, attempt }: Attempted): Promise<Known> => {
  for (const afterMs of looksAfterMs) {
    await sleep(afterMs);
    const path = `/webhooks/${webhookId}/batches/${batchId}`;
    const found = await callLocalApi(api, { path, results: batch }).catch(() => undefined);
    const recorded = found?.attempts.find(({ n }) => n === attempt);
    if (found === undefined || recorded === undefined) continue;
    const { created_at: createdAt, closed_at: closedAt } = found;
    return {
      closedBy: found.closed_by,
      eventTypes: found.event_types,
      expiresAt: found.expires_at,
      nextAttemptAt: recorded.next_attempt_at,
      replayId: found.replay_id,
      windowMs:
        createdAt === undefined || closedAt === undefined ? undefined : Date.parse(closedAt) - Date.parse(createdAt),
    };
  }
  return {};
};
