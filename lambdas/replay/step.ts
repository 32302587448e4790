import type { ReplayMessage, ReplayStepMessage } from "#shared/contract/replay-message.ts";
import { type Batch, cutBatches } from "#shared/delivery/batch.ts";
import { type Replay, type ShardProgress, initialProgress } from "#shared/delivery/replay.ts";
import type { ReplayFailure } from "#shared/contract/words.ts";
import { batchesAtOnce, nextStepAt, slotsFor } from "./pace.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { Reading } from "./collect.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { firstMessages } from "#shared/hand-over.ts";
import type { BodyStore, DeliveryQueue, ReplayQueue, ReplayStore, WebhookStore } from "#shared/stores.ts";
import type { StreamReader } from "#shared/stream.ts";
import { type ReadDeps, readWindow } from "./read-shard.ts";
import { type TurnDeps, askAgainSeconds, inTurn } from "./take-turns.ts";

export interface ReplayDeps extends ReadDeps, TurnDeps {
  readonly bodies: Pick<BodyStore, "place">;
  readonly events: StreamReader;
  readonly replays: Omit<ReplayStore, "create" | "list">;
  readonly retries: Pick<DeliveryQueue, "sendAllDelayed">;
  readonly steps: ReplayQueue;
  readonly webhooks: Pick<WebhookStore, "find">;
  readonly streamName: string;
  readonly retentionHours: number;
  readonly telemetry: Telemetry;
}

const hourMs = 60 * 60 * 1_000;
/** How long a replay waits before it looks again whether its webhook is active. */
const pausedSeconds = 60;
/** How long it waits for records that may still become readable. */
const earlySeconds = 2;
const maxTries = 10;

interface Step {
  readonly message: ReplayStepMessage;
  readonly replay: Replay;
  readonly progress: ShardProgress;
  readonly subscription: Subscription;
}

/**
 * Takes one step in one shard: read a window, store its borders, send some of its batches, store the progress, send the
 * next step, acknowledge. A step that ended halfway comes again and, as the borders are stored, sends the same batches with
 * the same ids, which delivery recognises. Of two copies of a step only the one that stores its progress goes on.
 */
export const takeStep = async (deps: ReplayDeps, message: ReplayStepMessage): Promise<void> => {
  const replay = await deps.replays.find(message);
  if (replay?.state !== "running") return;
  const { customerId, webhookId, shard } = message;
  const subscription = await deps.webhooks.find(customerId, webhookId);
  if (subscription === undefined) return await fail(deps, replay, "webhook_deleted");
  const progress = (await deps.replays.findShard(message, shard)) ?? initialProgress(replay, shard);
  if (progress.isDone) return await finishShard(deps, replay, shard);
  if (progress.revision > message.revision) return await sendStep(deps, message, { revision: progress.revision });

  const now = deps.now();
  const oldestKept = now - deps.retentionHours * hourMs;
  if (Date.parse(progress.readTo) < oldestKept) return await fail(deps, replay, "records_dropped");
  if (!replay.dryRun) {
    if (!subscription.active) return await sendStep(deps, message, { delaySeconds: pausedSeconds });
    const waitUntil = nextStepAt(replay.scheduledUntil);
    if (waitUntil > now) return await sendStep(deps, message, { delaySeconds: delaySecondsUntil(waitUntil, now) });
  }
  const reader = { shard, holder: replay.replayId };
  const reading = await inTurn(deps, reader, async () => await readWindow(deps, { replay, progress, subscription }));
  if (reading === undefined) return await sendStep(deps, message, { delaySeconds: askAgainSeconds });
  const step = { message, replay, progress, subscription };
  if (reading.events.length === 0) return await advance(deps, step, { reading, formed: 0, sent: 0 });
  if (replay.dryRun) {
    const formed = cutWindow(deps, step, { reading, formedAt: replay.startedAt }).length;
    return await advance(deps, step, { reading, formed, sent: 0 });
  }
  await sendWindow(deps, step, reading);
};

/** Sends as many batches of a window as the rate allows to send ahead; the next step sends the others. */
const sendWindow = async (deps: ReplayDeps, step: Step, reading: Reading): Promise<void> => {
  const opened = await openWindow(deps, step, reading);
  if (opened?.progress.window === undefined) return;
  const { replay, progress, subscription } = opened;
  const { window } = opened.progress;
  const { formedAt, webhookRevision } = window;
  // After a change of the webhook the window is cut anew: events come twice rather than not at all.
  const batchesSent = webhookRevision === subscription.revision ? window.batchesSent : 0;
  const batches = cutWindow(deps, opened, { reading, formedAt });
  const end = Math.min(batchesSent + batchesAtOnce(replay.rate), batches.length);
  const due = batches.slice(batchesSent, end);
  const times = await reserve(deps, replay, due.length);
  if (times === undefined) return;
  await handOver(deps, due, times);
  const sent = due.length;
  if (end === batches.length) return await advance(deps, opened, { reading, formed: batches.length, sent });
  const changed = {
    ...progress,
    window: { ...window, batchesSent: end, webhookRevision: subscription.revision },
    batchesSent: progress.batchesSent + sent,
  };
  await store(deps, opened, { changed });
};

/** Stores the borders of a window before anything of it is sent; undefined when another copy of the step has done so. */
const openWindow = async (deps: ReplayDeps, step: Step, { borders }: Reading): Promise<Step | undefined> => {
  if (step.progress.window !== undefined || borders === undefined) return step;
  const progress: ShardProgress = {
    ...step.progress,
    revision: step.progress.revision + 1,
    window: {
      ...borders,
      formedAt: new Date(deps.now()).toISOString(),
      batchesSent: 0,
      webhookRevision: step.subscription.revision,
    },
  };
  return (await deps.replays.putShard(step.replay, progress)) ? { ...step, progress } : undefined;
};

/** What a step has read of the webhook's are events. */
const noFrames = (): never => {
  throw new Error("A replay has opened its frames");
};

const cutWindow = (
  deps: Pick<ReplayDeps, "streamName">,
  { replay, progress, subscription }: Step,
  { reading, formedAt }: { readonly reading: Reading; readonly formedAt: string },
) => {
  const { replayId } = replay;
  const { firstSequenceNumber, lastSequenceNumber } = progress.window ??
    reading.borders ?? { firstSequenceNumber: "", lastSequenceNumber: "" };
  const window = {
    stream: deps.streamName,
    shard: progress.shard,
    firstSequenceNumber,
    lastSequenceNumber,
    arrivedAt: formedAt,
    replayId,
  };
  return cutBatches({ subscription, window, items: reading.events, open: noFrames });
};

/** Takes times for some batches out of the replay's rate, which its shards share; undefined when it has ended. */
const reserve = async (deps: ReplayDeps, replay: Replay, count: number): Promise<readonly number[] | undefined> => {
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

/**
 * Passes batches on to delivery, each at its time. They go to the queue of retries: a replay never takes the place of events
 * that a target has not seen yet.
 */
const handOver = async (
  { bodies, retries, now }: Pick<ReplayDeps, "bodies" | "retries" | "now">,
  batches: readonly Batch[],
  times: readonly number[],
): Promise<void> => {
  const messages = await firstMessages(bodies, batches, new Date(now()).toISOString());
  await retries.sendAllDelayed(
    messages.map((message, index) => ({ message, delaySeconds: delaySecondsUntil(times[index] ?? 0, now()) })),
  );
};

/** Leaves a window behind. */
const advance = async (
  deps: ReplayDeps,
  step: Step,
  done: { readonly reading: Reading; readonly formed: number; readonly sent: number },
): Promise<void> => {
  const { reading, formed, sent } = done;
  const { window, ...before } = step.progress;
  const after = window?.lastSequenceNumber ?? reading.borders?.lastSequenceNumber;
  const changed = {
    ...before,
    ...(after === undefined ? {} : { after }),
    readTo: reading.readTo,
    isInGap: reading.isInGap,
    // Reading a window again ends at its border, so that the end of the shard is found by the step behind it.
    isDone: reading.end === "complete" && window === undefined,
    records: before.records + reading.records,
    events: before.events + reading.events.length,
    batchesFormed: before.batchesFormed + formed,
    batchesSent: before.batchesSent + sent,
  };
  await store(deps, step, { changed, delaySeconds: reading.end === "early" ? earlySeconds : 0 });
};

/** Stores progress and sends the next step, unless another copy of this one was faster. */
const store = async (
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

const finishShard = async (deps: ReplayDeps, replay: Replay, shard: string): Promise<void> => {
  if (!(await deps.replays.closeShard(replay, shard))) return;
  const state = "finished";
  const { replayId, webhookId } = replay;
  if (await deps.replays.end(replay, { state, at: deps.now() })) {
    deps.telemetry.replayEnded({ replayId, webhookId, state });
  }
};

const fail = async (deps: ReplayDeps, replay: Replay, reason: ReplayFailure): Promise<void> => {
  const state = "failed";
  const { replayId, webhookId } = replay;
  if (await deps.replays.end(replay, { state, reason, at: deps.now() })) {
    deps.telemetry.replayEnded({ replayId, webhookId, state });
  }
};

const sendStep = async (
  deps: ReplayDeps,
  message: ReplayStepMessage,
  { revision = message.revision, delaySeconds = 0 }: { readonly revision?: number; readonly delaySeconds?: number },
): Promise<void> => await deps.steps.send({ ...message, revision }, delaySeconds);

/** Finds the shards that a replay is to read and sends the first step of each. */
export const startReplay = async (deps: ReplayDeps, message: ReplayMessage): Promise<void> => {
  // Shards that are made later hold nothing that arrived before the end of the time range, which has passed.
  await deps.replays.plan(message, await deps.events.listShards());
  const replay = await deps.replays.find(message);
  if (replay?.state !== "running") return;
  for (const shard of replay.openShards ?? []) {
    await deps.steps.send({ ...message, kind: "step", shard, revision: 0 }, 0);
  }
};
