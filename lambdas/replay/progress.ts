import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { ReplayStepMessage } from "#shared/contract/replay-message.ts";
import type { ReplayFailure } from "#shared/contract/words.ts";
import type { Replay, ShardProgress } from "#shared/delivery/replay.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type {
  BatchListing,
  BatchStore,
  BodyStore,
  DeliveryQueue,
  ReplayQueue,
  ReplayStore,
  WebhookStore,
} from "#shared/stores.ts";
import type { StreamReader } from "#shared/stream.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { slotsFor } from "./pace.ts";
import type { ReadDeps } from "./read-shard.ts";
import type { TurnDeps } from "./take-turns.ts";

export interface ReplayDeps extends ReadDeps, TurnDeps {
  readonly batches: Pick<BatchListing, "list" | "findById">;
  readonly batchLog: Pick<BatchStore, "find" | "recordRestCut">;
  readonly bodies: Pick<BodyStore, "find" | "place">;
  readonly events: StreamReader;
  readonly replays: Omit<ReplayStore, "create">;
  readonly retries: Pick<DeliveryQueue, "sendAllDelayed">;
  readonly steps: ReplayQueue;
  readonly webhooks: Pick<WebhookStore, "find">;
  readonly streamName: string;
  readonly retentionHours: number;
  readonly telemetry: Telemetry;
}

const maxTries = 10;

/** A step of a replay, and what it starts from. */
export interface Step {
  readonly message: ReplayStepMessage;
  readonly replay: Replay;
  readonly progress: ShardProgress;
  readonly webhook: Webhook;
}

/** Takes times for some batches out of the replay's rate, which its shards share; undefined when it has ended. */
export const reserve = async (
  deps: ReplayDeps,
  replay: Replay,
  count: number,
): Promise<readonly number[] | undefined> => {
  let current: Replay | undefined = replay;
  for (let attempt = 1; attempt <= maxTries && current?.state === "running"; attempt += 1) {
    const { rate, scheduledUntil } = current;
    const slots = slotsFor({ count, rate, scheduledUntil, now: deps.now() });
    if (await deps.replays.reserve(current, { from: scheduledUntil, until: slots.scheduledUntil })) return slots.at;
    current = await deps.replays.find(replay);
  }
  if (current?.state === "running") throw new Error("The replay's rate is being taken by other shards");
  return undefined;
};

/** Sends messages, each at its time (Unix milliseconds). They go to the queue of retries: a replay never takes the place of events that a target has not seen yet. */
export const sendAt = async (
  { retries, now }: Pick<ReplayDeps, "retries" | "now">,
  messages: readonly QueueMessage[],
  times: readonly number[],
): Promise<void> =>
  await retries.sendAllDelayed(
    messages.map((message, index) => ({ message, delaySeconds: delaySecondsUntil(times[index] ?? 0, now()) })),
  );

/** Stores progress and sends the next step, unless another copy of this one was faster. */
export const store = async (
  deps: ReplayDeps,
  { message, replay, progress: before }: Step,
  { changed, delaySeconds = 0 }: { readonly changed: ShardProgress; readonly delaySeconds?: number },
): Promise<void> => {
  const progress = { ...changed, revision: before.revision + 1 };
  if (!(await deps.replays.putShard(replay, progress))) return;
  const { replayId, webhookId } = replay;
  deps.telemetry.replayAdvanced({
    replayId,
    webhookId,
    shard: progress.shard,
    records: progress.records,
    events: progress.events,
    batchesSent: progress.batchesSent,
    isDone: progress.isDone,
  });
  if (progress.isDone) await finishShard(deps, replay, progress.shard);
  else await sendStep(deps, message, { revision: progress.revision, delaySeconds });
};

export const finishShard = async (deps: ReplayDeps, replay: Replay, shard: string): Promise<void> => {
  if (!(await deps.replays.closeShard(replay, shard))) return;
  const state = "finished";
  const { replayId, webhookId } = replay;
  if (await deps.replays.end(replay, { state, at: deps.now() })) {
    deps.telemetry.replayEnded({ replayId, webhookId, state });
  }
};

export const fail = async (deps: ReplayDeps, replay: Replay, reason: ReplayFailure): Promise<void> => {
  const state = "failed";
  const { replayId, webhookId } = replay;
  if (await deps.replays.end(replay, { state, reason, at: deps.now() })) {
    deps.telemetry.replayEnded({ replayId, webhookId, state });
  }
};

export const sendStep = async (
  deps: ReplayDeps,
  message: ReplayStepMessage,
  { revision = message.revision, delaySeconds = 0 }: { readonly revision?: number; readonly delaySeconds?: number },
): Promise<void> => await deps.steps.send({ ...message, revision }, delaySeconds);
