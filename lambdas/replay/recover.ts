import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { ReplayChoice } from "#shared/contract/words.ts";
import { batchIdOf, closingReason } from "#shared/delivery/batch.ts";
import { bodyOf, chainBodyOf, framesOf } from "#shared/delivery/body.ts";
import { type BatchItem, type Part, cutParts, itemsFrom, measure } from "#shared/delivery/cut.ts";
import { nextRecovery, recoveryOf, redeliveryOf } from "#shared/delivery/message.ts";
import { type BatchPosition, type BatchRecord, type BatchRef, hasRoomForAttempt } from "#shared/delivery/record.ts";
import type { Recovery } from "#shared/delivery/replay.ts";
import { type EventFilter, looksInside } from "#shared/events/event-filter.ts";
import { firstMessages } from "#shared/hand-over.ts";
import type { BatchPage } from "#shared/stores.ts";
import { asked, createWindows, eventsOf, open, opened } from "./form-again.ts";
import { batchesAtOnce } from "./pace.ts";
import { type ReplayDeps, type Step, reserve, sendAt, store } from "./progress.ts";
import { askAgainSeconds } from "./take-turns.ts";

/** Time after which a step takes no further batch. */
const maxStepMs = 15_000;
const hourMs = 60 * 60 * 1_000;
const pageBatches = 100;
/** Batches that a recovery names. */
const maxNamed = 1_000;
const nothing: Recovery = { batchIds: [], unknown: 0, dropped: 0 };

/** What becomes of a batch. */
type Taken =
  /** It is none of those that are asked for. */
  | "left"
  /** Its events cannot be found out any more. */
  | "unknown"
  /** The stream has not kept its events. */
  | "dropped"
  /** Its shard is another replay's to read now. */
  | "busy"
  /** An earlier run of this step has sent it. */
  | "sent"
  | {
      readonly messages: readonly QueueMessage[];
      /** Batches and events that it makes now. */
      readonly batches: number;
      readonly events: number;
      /** For what was left of a chain: where its next batch begins, if it makes more of them. */
      readonly next?: number;
      /** It was what was left of a chain, and is cut to its end. */
      readonly isCut?: boolean;
    };

/**
 * Takes one step of a recovery: looks at the next batches, forms those again that have expired, asks for the next attempt of those
 * that wait, sends as many as the rate allows, stores the progress, sends the next step.
 *
 * A batch that is formed again is the same batch: its id, its events, its body. Its record says that it has expired, and only the
 * first message that finds it so claims it. What is sent twice, by two copies of a step or by two recoveries, makes one attempt.
 */
export const recover = async (deps: ReplayDeps, step: Step): Promise<void> => {
  const { replay, progress, webhook } = step;
  const deadline = deps.now() + maxStepMs;
  const page = await nextBatches(deps, step);
  const take = taker(deps, step, createWindows(deps, webhook, replay.replayId));
  const most = replay.dryRun ? Number.POSITIVE_INFINITY : batchesAtOnce(replay.rate);
  let recovery = progress.recovery ?? nothing;
  const sum = { events: 0, batches: 0 };
  const messages: QueueMessage[] = [];
  const cut: BatchRef[] = [];
  let isWhole = true;
  let delaySeconds = 0;
  for (const ref of page.batches) {
    if (messages.length >= most || deps.now() >= deadline) {
      isWhole = false;
      break;
    }
    const from = recovery.rest?.batchId === ref.batchId ? recovery.rest.next : undefined;
    const taken = await take(ref, { from, most: most - messages.length });
    if (taken === "busy") {
      isWhole = false;
      delaySeconds = askAgainSeconds;
      break;
    }
    recovery = noted(recovery, ref, taken);
    if (typeof taken === "string") {
      if (taken === "sent") {
        sum.events += ref.events;
        sum.batches += 1;
      }
      continue;
    }
    messages.push(...taken.messages);
    sum.events += taken.events;
    sum.batches += taken.batches;
    if (taken.isCut === true) cut.push(ref);
    if (taken.next !== undefined) {
      isWhole = false;
      break;
    }
  }
  if (isWhole && page.next !== undefined) recovery = { ...recovery, position: page.next };
  if (messages.length > 0) {
    const times = await reserve(deps, replay, messages.length);
    if (times === undefined) return;
    await sendAt(deps, messages, times);
  }
  for (const ref of cut) await deps.batchLog.recordRestCut(ref, replay);
  const readTo = recovery.position?.createdAt ?? progress.readTo;
  const changed = {
    ...progress,
    recovery,
    readTo: readTo > progress.readTo ? readTo : progress.readTo,
    isDone: isWhole && page.next === undefined,
    events: progress.events + sum.events,
    batchesFormed: progress.batchesFormed + sum.batches,
    batchesSent: progress.batchesSent + (replay.dryRun ? 0 : sum.batches),
  };
  await store(deps, step, { changed, delaySeconds });
};

/** A batch as a list has it. */
type Listed = BatchPage["batches"][number] | BatchRecord;

const nextBatches = async (
  { batches, now }: Pick<ReplayDeps, "batches" | "now">,
  { replay, progress }: Step,
): Promise<{ readonly batches: readonly Listed[]; readonly next?: BatchPosition }> => {
  const { webhookId, batchId, only, from, to } = replay;
  if (batchId !== undefined) {
    const found = await batches.findById(webhookId, batchId, now());
    return { batches: found === undefined || found.createdAt < from ? [] : [found] };
  }
  const after = progress.recovery?.position;
  const query = { webhookId, first: "oldest", from, to, after, limit: pageBatches, now: now() } as const;
  // What has failed is in an index, those that this replay has sent already included.
  return await batches.list(
    only === "undelivered" ? { ...query, states: undelivered } : { ...query, failedOnly: true },
  );
};

const undelivered = ["sending", "retrying", "parked", "expired"] as const;

/** What is noted of a batch that was looked at. */
const noted = (recovery: Recovery, { createdAt, batchId }: BatchRef, taken: Exclude<Taken, "busy">): Recovery => {
  const { rest: _rest, ...before } = recovery;
  const isNamed = taken === "left" || before.batchIds.includes(batchId) || before.batchIds.length === maxNamed;
  const batchIds = isNamed ? before.batchIds : [...before.batchIds, batchId];
  if (typeof taken !== "string" && taken.next !== undefined) {
    return { ...before, batchIds, rest: { batchId, next: taken.next } };
  }
  return {
    ...before,
    batchIds,
    position: { createdAt, batchId },
    unknown: before.unknown + (taken === "unknown" ? 1 : 0),
    dropped: before.dropped + (taken === "dropped" ? 1 : 0),
  };
};

const taker = (deps: ReplayDeps, step: Step, windows: ReturnType<typeof createWindows>) => {
  const { replay, webhook } = step;
  const { replayId, dryRun, only = "expired", filter = {} } = replay;
  const { settingsRevision } = webhook;

  /** `from`: number of the event at which the rest of a chain goes on. */
  return async (
    ref: Listed,
    { from, most }: { readonly from: number | undefined; readonly most: number },
  ): Promise<Taken> => {
    if (ref.replayId === replayId && from === undefined) return "sent";
    const record = await deps.batchLog.find(ref);
    if (record === undefined || !isChosen(only, record) || !hasType(filter, record)) return "left";
    if (record.state !== "expired") return await hurry(record);
    const { chain, stretch } = record;
    const place = stretch ?? chain;
    if (place === undefined) return "unknown";
    const keptSince = deps.now() - deps.retentionHours * hourMs;
    if (stretch?.replayId === undefined && Date.parse(record.createdAt) < keptSince) return "dropped";
    if (dryRun && !looksInside(filter)) return counted(record);
    const items = await windows.itemsOf(place);
    if (items === undefined || typeof items === "string") return items ?? "unknown";
    if (chain !== undefined) return await cutAgain({ ...record, chain }, items, { from: from ?? chain.next, most });
    if (stretch === undefined) return "unknown";
    const events = eventsOf(record, stretch, items);
    if (events === undefined) return "unknown";
    if (looksInside(filter) && !events.some(asked(filter))) return "left";
    if (dryRun) return counted(record);
    const { encoded } = await bodyOf({ items: events, subscription: webhook });
    const body = await deps.bodies.place({ ...record, recovery: nextRecovery(record), body: encoded });
    return { messages: [recoveryOf(record, { body, settingsRevision, replayId })], batches: 1, events: record.events };
  };

  /**
   * Asks for the next attempt of a batch that waits: it is not formed again, as its body is kept. One whose record has no room for
   * an attempt out of turn goes on by its schedule.
   */
  async function hurry(record: BatchRecord): Promise<Taken> {
    if (!hasRoomForAttempt(record)) return "left";
    if (dryRun) return counted(record);
    const { chain, events } = record;
    if (chain !== undefined) return { messages: [{ ...chain, redelivery: true }], batches: 1, events };
    const body = await deps.bodies.find(record);
    if (body === undefined || record.settingsRevision === undefined) return "unknown";
    const message = redeliveryOf({ ...record, settingsRevision: record.settingsRevision }, body);
    return { messages: [{ ...message, replayId }], batches: 1, events };
  }

  /** Cuts what was left of a chain as it would have been cut. No event of it has ever been sent. */
  async function cutAgain(
    record: BatchRecord & Required<Pick<BatchRecord, "chain">>,
    items: readonly BatchItem[],
    { from, most }: { readonly from: number; readonly most: number },
  ): Promise<Taken> {
    const { chain } = record;
    const { customerId } = webhook;
    const { frames } = framesOf(chainBodyOf(customerId, items).bytes);
    if (measure(frames).events !== chain.events) return "unknown";
    const isWanted = asked(filter);
    const isLeft = looksInside(filter) && !itemsFrom(items, chain.next, open).flatMap(opened).some(isWanted);
    if (isLeft) return "left";
    if (dryRun) return counted(record);
    const subscription = { ...webhook, revision: chain.revision, batchSize: chain.batchSize };
    const window = { ...chain, arrivedAt: chain.createdAt };
    const parts: Part[] = [];
    for (const part of cutParts({ items: frames, sizes: chain, from, open })) {
      parts.push(part);
      if (parts.length === most) break;
    }
    const batches = parts.map((part) => ({
      ...part,
      batchId: batchIdOf(chain, part),
      subscription,
      window,
      closedBy: closingReason(part, { batchSize: chain.batchSize, end: chain.events }),
    }));
    const messages = await firstMessages(deps.bodies, batches, chain.closedAt);
    const next = batches.at(-1)?.next ?? chain.events;
    return {
      messages: messages.map((message) => ({ ...message, replayId })),
      batches: batches.length,
      events: batches.reduce((sum, { events }) => sum + events, 0),
      ...(next < chain.events ? { next } : { isCut: true }),
    };
  }
};

const counted = ({ events, chain }: BatchRecord): Taken => ({
  messages: [],
  // By number; by bytes there may be more.
  batches: chain === undefined ? 1 : Math.ceil(events / chain.batchSize),
  events,
});

/** Whether a replay of some batches is to send one. One with an attempt under way is left alone, and so is one that was split. */
const isChosen = (only: ReplayChoice, { state, recordedAttempts }: BatchRecord): boolean => {
  if (only === "expired") return state === "expired";
  if (state !== "expired" && state !== "retrying" && state !== "parked") return false;
  return only === "undelivered" || recordedAttempts > 0;
};

/** Records of early versions do not say which types they have: nothing is left out for that. */
const hasType = ({ types }: EventFilter, { eventTypes }: BatchRecord): boolean =>
  types === undefined || eventTypes === undefined || types.some((type) => eventTypes[type] !== undefined);
