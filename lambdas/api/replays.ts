import * as z from "zod";
import { covers } from "#shared/api-key.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import { recipientBy, shownBy } from "./search-view.ts";
import { withoutNulls } from "./without-nulls.ts";
import { type Replay as ReplayAnswer, replayRequest } from "#shared/contract/api/replay.ts";
import { type RequestError, parseJson, validate, errors } from "#shared/errors.ts";
import {
  type Recovery,
  type Replay,
  remainingMs,
  replayCounts,
  replayShare,
  shareRead,
} from "#shared/delivery/replay.ts";
import type { ApiDeps, Request, Answered } from "./deps.ts";
import { ownBatchesSince } from "./batches/read.ts";
import { findWebhook } from "./webhooks/read.ts";
import type { ReplayWithShards } from "#shared/job-stores.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";

/** `POST /webhooks/{id}/replay`: delivers what is on the stream between two times once more, or counts it. */
export const startReplay = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/replay">> => {
  const webhook = await findWebhook(deps, request);
  const { customerId, webhookId, active, createdAt } = webhook;
  const now = deps.now();
  const { retentionHours } = deps;
  const wanted = readReplayRequest(parseJson(request.body), { now, retentionHours, createdAt });
  if (!active && !wanted.dry_run) {
    throw conflict("The webhook is paused", "Resume it first. A dry run works while it is paused.");
  }
  const [newest] = await deps.replays.list(customerId, webhookId);
  if (newest?.replay.state === "running") {
    throw alreadyRunning(isOwn(request, webhook, newest) ? newest.replay.replayId : undefined);
  }
  const replay: Replay = {
    replayId: deps.newId(),
    customerId,
    webhookId,
    number: (newest?.replay.number ?? 0) + 1,
    state: "running",
    from: wanted.only === undefined ? wanted.from : fromOwn(wanted, ownBatchesSince(request, webhook)),
    to: wanted.to,
    rate: wanted.rate,
    dryRun: wanted.dry_run,
    ...(wanted.only === undefined ? {} : { only: wanted.only }),
    ...(wanted.batch_id === undefined ? {} : { batchId: wanted.batch_id.toLowerCase() }),
    ...filterOf(wanted),
    startedAt: new Date(now).toISOString(),
    scheduledUntil: 0,
  };
  if (!(await deps.replays.create(replay))) throw alreadyRunning();
  const { number } = replay;
  await deps.replaySteps.send({ version: 1, kind: "start", customerId, webhookId, number }, 0);
  return { status: 200, body: { results: replayView(request, { replay, shards: [] }, now) } };
};

/** Where a recovery begins, which forms batches by the rules of their time: not with batches that are none of the caller's. */
const fromOwn = ({ from, to }: Wanted, since: number): string => {
  if (since <= Date.parse(from)) return from;
  return since < Date.parse(to) ? new Date(since).toISOString() : to;
};

const hourMs = 60 * 60 * 1_000;
/** Records this close to the end of their retention might be gone before they are read. */
const marginMs = 60_000;

/** A request with its time range. */
type Wanted = z.output<typeof replayRequest> & { readonly from: string; readonly to: string };

const times = z.object({ from: z.string(), to: z.string() });

/**
 * Reads the body of a request for a replay, whose times the stream must still hold. A recovery looks at batches, of which
 * records may be older: what the stream does not hold of them is told.
 *
 * @param context.createdAt creation of the webhook, ISO 8601
 */
export const readReplayRequest = (
  body: unknown,
  context: { readonly now: number; readonly retentionHours: number; readonly createdAt: string },
): Wanted => {
  const { now, retentionHours, createdAt } = context;
  const latest = new Date(now).toISOString();
  const earliest = new Date(now - retentionHours * hourMs + marginMs).toISOString();
  const wanted = validate(replayRequest, withoutNulls(body));
  const isRecovery = wanted.only !== undefined;
  requireFitting(wanted);
  // Events may have been on the stream for a while when their webhook was created.
  const beginning = new Date(Date.parse(createdAt) - retentionHours * hourMs).toISOString();
  const range = validate(times, isRecovery ? { from: beginning, to: latest, ...wanted } : wanted);
  const inRange = times
    .refine(({ from, to }) => from < to, { error: "must be earlier than 'to'", path: ["from"] })
    .refine(({ to }) => to <= latest, { error: `must not be in the future; it is ${latest}`, path: ["to"] })
    .refine(({ from }) => isRecovery || from >= earliest, {
      error: `must be within the ${retentionHours} hours that events are kept: ${earliest} at the earliest`,
      path: ["from"],
    });
  validate(inRange, range);
  return { ...wanted, ...range };
};

/** Refuses what would be ignored: a replay must not send more than was asked for. */
const requireFitting = (wanted: z.output<typeof replayRequest>): void => {
  const looksInside = wanted.recipient !== undefined || wanted.message_id !== undefined;
  const fitting = z
    .object({})
    .refine(() => wanted.batch_id === undefined || wanted.only !== undefined, {
      error: "needs 'only': a batch is recovered",
      path: ["batch_id"],
    })
    .refine(() => !looksInside || wanted.only === undefined || wanted.only === "expired", {
      error: `must be 'expired' with '${wanted.recipient === undefined ? "message_id" : "recipient"}'`,
      path: ["only"],
    });
  validate(fitting, wanted);
};

const filterOf = ({ types, recipient, message_id: messageId }: Wanted): Pick<Replay, "filter"> => {
  const filter = {
    ...(types === undefined ? {} : { types }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(messageId === undefined ? {} : { messageId }),
  };
  return Object.keys(filter).length === 0 ? {} : { filter };
};

const alreadyRunning = (replayId?: string): RequestError =>
  conflict(
    "The webhook has a running replay",
    `A webhook has one replay at a time. Wait for it or cancel it${replayId === undefined ? "" : `: ${replayId}`}.`,
  );

const conflict = (message: string, description: string): RequestError => errors.conflict(message, description);

/** `POST /webhooks/{id}/replays/{replay_id}/cancel`: sends no further batches; those sent already are still delivered. */
export const cancelReplay = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/replays/{replay_id}/cancel">> => {
  const { replay: running } = await findReplay(deps, request);
  await deps.replays.end(running, { state: "cancelled", at: deps.now() });
  const found = await findReplay(deps, request);
  const { state } = found.replay;
  if (state === "cancelled") return { status: 200, body: { results: replayView(request, found, deps.now()) } };
  throw errors.conflict(`The replay has ended: it is ${state}`, "Only a running replay can be cancelled.");
};

/** The replays of the webhook that a path names, newest first, as far as they are the caller's business. */
const ownReplays = async (deps: ApiDeps, request: Request): Promise<readonly ReplayWithShards[]> => {
  const webhook = await findWebhook(deps, request);
  const replays = await deps.replays.list(webhook.customerId, webhook.webhookId);
  return replays.filter((found) => isOwn(request, webhook, found));
};

/** Replays of before their webhook was moved to a sub-account, or created with an id used before, may name others' recipients. */
const isOwn = (
  { header }: Request,
  { createdAt, subaccountSince = createdAt }: Webhook,
  { replay }: ReplayWithShards,
): boolean => subaccountOf(header("x-msys-subaccount")) === "all" || replay.startedAt >= subaccountSince;

/** The replay that a path names, of a webhook of the caller's. */
const findReplay = async (deps: ApiDeps, request: Request): Promise<ReplayWithShards> => {
  const replayId = request.parameters["replay_id"]?.toLowerCase();
  const replays = await ownReplays(deps, request);
  const found = replays.find(({ replay }) => replay.replayId === replayId);
  if (found !== undefined) return found;
  throw errors.notFound("Resource could not be found", "This webhook has no such replay, or its record has ended.");
};

/** `GET /webhooks/{id}/replays`: newest first. */
export const listReplays = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/replays">> => {
  const replays = await ownReplays(deps, request);
  return { status: 200, body: { results: replays.map((found) => replayView(request, found, deps.now())) } };
};

/** `GET /webhooks/{id}/replays/{replay_id}`: how far a replay is. */
export const readReplay = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/replays/{replay_id}">> => ({
  status: 200,
  body: { results: replayView(request, await findReplay(deps, request), deps.now()) },
});

/**
 * A replay as the API shows it: addresses masked for who may not change webhooks. Absent: what has not happened or does not
 * apply.
 */
const replayView = ({ caller }: Request, { replay, shards }: ReplayWithShards, now: number): ViewOf<ReplayAnswer> => {
  const isMasked = !covers(caller.grants, "webhooks/modify");
  const { types, recipient, messageId } = replay.filter ?? {};
  const counts = replayCounts(shards);
  const share = replayShare(replay, shards);
  const leftMs = replay.state === "running" ? remainingMs({ replay, share, now }) : undefined;
  return {
    id: replay.replayId,
    webhook_id: replay.webhookId,
    state: replay.state,
    reason: replay.reason,
    dry_run: replay.dryRun,
    only: replay.only,
    batch_id: replay.batchId,
    types,
    recipient: recipientBy(isMasked, recipient),
    message_id: shownBy(isMasked, recipient === undefined ? [] : [recipient])(messageId),
    from: replay.from,
    to: replay.to,
    rate: replay.rate,
    started_at: replay.startedAt,
    ended_at: replay.endedAt,
    progress: toShare(share),
    records_read: counts.records,
    events_matched: counts.events,
    batches_formed: counts.batchesFormed,
    batches_sent: counts.batchesSent,
    recovery: replay.only === undefined ? undefined : recoveryView(shards[0]?.recovery),
    estimated_remaining_seconds: leftMs === undefined ? undefined : Math.ceil(leftMs / 1_000),
    estimated_seconds: replay.dryRun ? Math.ceil(counts.batchesFormed / replay.rate) : undefined,
    shards: (replay.only === undefined ? shards : []).map((progress) => ({
      shard: progress.shard,
      progress: toShare(shareRead(replay, progress)),
      records_read: progress.records,
      events_matched: progress.events,
      batches_formed: progress.batchesFormed,
      batches_sent: progress.batchesSent,
    })),
  };
};

const recoveryView = (found: Recovery | undefined): ViewOf<ReplayAnswer>["recovery"] => ({
  batch_ids: found?.batchIds ?? [],
  unknown: found?.unknown ?? 0,
  past_retention: found?.dropped ?? 0,
});

const toShare = (share: number): number => Math.floor(share * 1_000) / 1_000;
