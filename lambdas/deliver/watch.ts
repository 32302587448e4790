import type { QueueMessage } from "#shared/contract/chain-message.ts";
import { isKnownFast, slowAfterMs, togetherMs, withTurn } from "#shared/delivery/turns.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { Targets } from "#shared/stores.ts";
import type { Look } from "./gate.ts";
import type { TurnDeps } from "./turn.ts";

interface WatchDeps extends Pick<TurnDeps, "turns" | "now"> {
  readonly targets: Targets;
  readonly telemetry: Pick<Telemetry, "slownessNotNoted">;
}

/** Targets whose POSTs are watched. */
interface Watched {
  readonly targets: Targets;
  /**
   * Waits for what was noted while a POST was under way, so that what its answer says is written after it. Wait for it only once
   * the batch has its record: nothing may hold up that one after a 2xx. Never throws.
   */
  readonly noted: () => Promise<void>;
}

/**
 * Watches the POSTs of an attempt. If one takes longer than any of a fast target, the webhook's next batches learn so meanwhile,
 * and take turns, of which this POST has the first: otherwise each window would add a POST that hangs, until the first of them
 * times out. How long it took in the end is noted with the attempt, and overrides this.
 */
export const watchPosts = (
  deps: WatchDeps,
  { customerId, webhookId, batchId, events }: Pick<QueueMessage, "customerId" | "webhookId" | "batchId" | "events">,
  health: Look["health"],
): Watched => {
  if (health === undefined || !isKnownFast(health.answerMs)) {
    return { targets: deps.targets, noted: async () => await Promise.resolve() };
  }
  const { turns, turnsRevision: expectedRevision } = health;
  const webhook = { customerId, webhookId };
  let noted: Promise<unknown> | undefined;
  const tell = (error: unknown): void => deps.telemetry.slownessNotNoted({ batchId, webhookId, events, error });
  const note = async (): Promise<void> => {
    const slow = { ...webhook, answerMs: togetherMs };
    const held = { turns: withTurn(turns, batchId, deps.now()), expectedRevision };
    // Where others have changed the turns meanwhile, it has none, and one more POST is made.
    if (!(await deps.turns.change({ ...slow, ...held }))) await deps.turns.noteSlow(slow);
  };
  return {
    targets: {
      post: async (request) => {
        let timer: NodeJS.Timeout | undefined;
        const onUpload = (): void => {
          timer = setTimeout(() => {
            noted = note().catch(tell);
          }, slowAfterMs);
        };
        try {
          return await deps.targets.post({ ...request, onUpload });
        } finally {
          clearTimeout(timer);
        }
      },
    },
    noted: async () => {
      if (noted === undefined) return;
      await noted;
      // Also when it may have none: the change may have taken effect though its answer was lost.
      await deps.turns.leave({ ...webhook, batchId }).catch(tell);
    },
  };
};
