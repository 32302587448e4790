import type { ReplayStartMessage, ReplayStepMessage } from "#shared/contract/replay-message.ts";
import { cutBatches } from "#shared/delivery/batch.ts";
import { type ShardProgress, initialProgress, recoveryShard } from "#shared/delivery/replay.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import { firstMessages } from "#shared/hand-over.ts";
import { batchesAtOnce, nextStepAt } from "./pace.ts";
import { type ReplayDeps, type Step, fail, finishShard, reserve, sendAt, sendStep, store } from "./progress.ts";
import { type WindowReading, readWindow } from "./read-window.ts";
import { recover } from "./recover.ts";
import { askAgainSeconds, inTurn } from "./take-turns.ts";

const hourMs = 60 * 60 * 1_000;
/** How long a replay waits before it looks again whether its webhook is active. */
const pausedSeconds = 60;
/** How long it waits for records that may still become readable. */
const earlySeconds = 2;

/**
 * Takes one step in one shard: read a window, store its borders, send some of its batches, store the progress, send the
 * next step, acknowledge. A step that ended halfway comes again and, as the borders are stored, sends the same batches with
 * the same ids, which delivery recognises. Of two copies of a step only the one that stores its progress goes on.
 */
export const takeStep = async (deps: ReplayDeps, message: ReplayStepMessage): Promise<void> => {
  const replay = await deps.replays.find(message);
  if (replay?.state !== "running") return;
  const { customerId, webhookId, shard } = message;
  const webhook = await deps.webhooks.find(customerId, webhookId);
  if (webhook === undefined) return await fail(deps, replay, "webhook_deleted");
  const progress = (await deps.replays.findShard(message, shard)) ?? initialProgress(replay, shard);
  if (progress.isDone) return await finishShard(deps, replay, message);
  if (progress.revision > message.revision) return await sendStep(deps, message, { revision: progress.revision });

  const now = deps.now();
  const oldestKept = now - deps.retentionHours * hourMs;
  const isRecovery = replay.only !== undefined;
  if (!isRecovery && Date.parse(progress.readTo) < oldestKept) return await fail(deps, replay, "records_dropped");
  if (!replay.dryRun) {
    if (!webhook.active) return await sendStep(deps, message, { delaySeconds: pausedSeconds });
    const waitUntil = nextStepAt(replay.scheduledUntil);
    if (waitUntil > now) return await sendStep(deps, message, { delaySeconds: delaySecondsUntil(waitUntil, now) });
  }
  const step = { message, replay, progress, webhook };
  if (isRecovery) return await recover(deps, step);
  const reader = { shard, holder: replay.replayId };
  const input = { replay, progress, subscription: webhook };
  const reading = await inTurn(deps, reader, async () => await readWindow(deps, input));
  if (reading === undefined) return await sendStep(deps, message, { delaySeconds: askAgainSeconds });
  if (reading.events.length === 0) return await advance(deps, step, { reading, formed: 0, sent: 0 });
  if (replay.dryRun) {
    const formed = cutWindow(deps, step, { reading, formedAt: replay.startedAt }).length;
    return await advance(deps, step, { reading, formed, sent: 0 });
  }
  await sendWindow(deps, step, reading);
};

/** Sends as many batches of a window as the rate allows to send ahead; the next step sends the others. */
const sendWindow = async (deps: ReplayDeps, step: Step, reading: WindowReading): Promise<void> => {
  const opened = await openWindow(deps, step, reading);
  if (opened?.progress.window === undefined) return;
  const { replay, progress, webhook } = opened;
  const { window } = opened.progress;
  const { formedAt, webhookRevision } = window;
  // After a change of the webhook the window is cut anew: events come twice rather than not at all.
  const batchesSent = webhookRevision === webhook.revision ? window.batchesSent : 0;
  const batches = cutWindow(deps, opened, { reading, formedAt });
  const end = Math.min(batchesSent + batchesAtOnce(replay.rate), batches.length);
  const due = batches.slice(batchesSent, end);
  const times = await reserve(deps, replay, due.length);
  if (times === undefined) return;
  await sendAt(deps, await firstMessages(deps.bodies, due, new Date(deps.now()).toISOString()), times);
  const sent = due.length;
  if (end === batches.length) return await advance(deps, opened, { reading, formed: batches.length, sent });
  const changed = {
    ...progress,
    window: { ...window, batchesSent: end, webhookRevision: webhook.revision },
    batchesSent: progress.batchesSent + sent,
  };
  await store(deps, opened, { changed });
};

/** Stores the borders of a window before anything of it is sent; undefined when another copy of the step has done so. */
const openWindow = async (deps: ReplayDeps, step: Step, { borders }: WindowReading): Promise<Step | undefined> => {
  if (step.progress.window !== undefined || borders === undefined) return step;
  const progress: ShardProgress = {
    ...step.progress,
    revision: step.progress.revision + 1,
    window: {
      ...borders,
      formedAt: new Date(deps.now()).toISOString(),
      batchesSent: 0,
      webhookRevision: step.webhook.revision,
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
  { replay, progress, webhook }: Step,
  { reading, formedAt }: { readonly reading: WindowReading; readonly formedAt: string },
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
  return cutBatches({ subscription: webhook, window, items: reading.events, open: noFrames });
};

/** Leaves a window behind. */
const advance = async (
  deps: ReplayDeps,
  step: Step,
  done: { readonly reading: WindowReading; readonly formed: number; readonly sent: number },
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

/** Finds the shards that a replay is to read, one stands for all batches of a recovery, and sends the first step of each. */
export const startReplay = async (deps: ReplayDeps, message: ReplayStartMessage): Promise<void> => {
  const found = await deps.replays.find(message);
  // Shards that are made later hold nothing that arrived before the end of the time range, which has passed.
  const shards = found?.only === undefined ? await deps.events.listShards() : [recoveryShard];
  await deps.replays.plan(message, shards);
  const replay = await deps.replays.find(message);
  if (replay?.state !== "running") return;
  for (const shard of replay.openShards ?? []) {
    await deps.steps.send({ ...message, kind: "step", shard, revision: 0 }, 0);
  }
};
