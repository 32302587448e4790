import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { ReplayStepMessage } from "#shared/contract/replay-message.ts";
import type { ReplayFailure } from "#shared/contract/words.ts";
import type { ReadProgress, Replay, ShardProgress } from "#shared/delivery/replay.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { JobStore, ReplayQueue, ReplayStore, SearchStore } from "#shared/job-stores.ts";
import type { BatchListing, BatchStore, BodyStore, DeliveryQueue, WebhookStore } from "#shared/stores.ts";
import type { StreamReader } from "#shared/stream.ts";
import type { ChangeStore } from "#shared/webhooks/change-store.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { slotsFor } from "./pace.ts";
import type { ReadDeps } from "./read-shard.ts";
import type { TurnDeps } from "./take-turns.ts";

export interface ReplayDeps extends ReadDeps, TurnDeps {
  readonly batches: Pick<BatchListing, "list" | "listOrigins" | "findById">;
  readonly batchLog: Pick<BatchStore, "find" | "recordRestCut">;
  readonly bodies: Pick<BodyStore, "find" | "place">;
  readonly changes: Pick<ChangeStore, "list">;
  readonly events: StreamReader;
  readonly replays: Omit<ReplayStore, "create">;
  readonly retries: Pick<DeliveryQueue, "sendAllDelayed">;
  readonly searches: Omit<SearchStore, "create" | "begin" | "listBegun">;
  readonly steps: ReplayQueue;
  readonly webhooks: Pick<WebhookStore, "find" | "list">;
  readonly streamName: string;
  readonly retentionHours: number;
  /** Days after which the record of a batch ends. */
  readonly recordRetentionDays: number;
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

/** A step of anything that goes on shard by shard: where its state is, and what is told of it. */
interface ShardWork<Job, Progress extends ReadProgress> {
  readonly jobs: Pick<JobStore<Job, Job, Progress, { readonly state: "finished" }>, "putShard" | "closeShard" | "end">;
  readonly job: Job;
  /** Sends the step that follows; by default at once. */
  readonly next: (revision: number, delaySeconds: number) => Promise<void>;
  readonly advanced: (progress: Progress) => void;
  readonly ended: () => Promise<void> | void;
}

/** Stores progress and sends the next step, unless another copy of this one was faster. */
export const storeProgress = async <Job, Progress extends ReadProgress>(
  { now }: Pick<ReplayDeps, "now">,
  work: ShardWork<Job, Progress>,
  { changed, delaySeconds = 0 }: { readonly changed: Progress; readonly delaySeconds?: number },
): Promise<void> => {
  const progress = { ...changed, revision: changed.revision + 1 };
  if (!(await work.jobs.putShard(work.job, progress))) return;
  work.advanced(progress);
  if (progress.isDone) await closeShard({ now }, work, progress.shard);
  else await work.next(progress.revision, delaySeconds);
};

/** Notes that a shard is read, and ends the whole with the last one. */
export const closeShard = async <Job, Progress extends ReadProgress>(
  { now }: Pick<ReplayDeps, "now">,
  { jobs, job, ended }: ShardWork<Job, Progress>,
  shard: string,
): Promise<void> => {
  if (!(await jobs.closeShard(job, shard))) return;
  if (await jobs.end(job, { state: "finished", at: now() })) await ended();
};

const workOf = (deps: ReplayDeps, replay: Replay, message: ReplayStepMessage): ShardWork<Replay, ShardProgress> => {
  const { replayId, webhookId } = replay;
  return {
    jobs: deps.replays,
    job: replay,
    next: async (revision, delaySeconds) => await sendStep(deps, message, { revision, delaySeconds }),
    advanced: ({ shard, records, events, batchesSent, isDone }) => {
      deps.telemetry.replayAdvanced({ replayId, webhookId, shard, records, events, batchesSent, isDone });
    },
    ended: () => {
      deps.telemetry.replayEnded({ replayId, webhookId, state: "finished" });
    },
  };
};

export const store = async (
  deps: ReplayDeps,
  { message, replay, progress: { revision } }: Step,
  { changed, ...more }: { readonly changed: ShardProgress; readonly delaySeconds?: number },
): Promise<void> =>
  await storeProgress(deps, workOf(deps, replay, message), { changed: { ...changed, revision }, ...more });

export const finishShard = async (deps: ReplayDeps, replay: Replay, message: ReplayStepMessage): Promise<void> =>
  await closeShard(deps, workOf(deps, replay, message), message.shard);

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
