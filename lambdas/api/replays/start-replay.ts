import { readReplayRequest } from "#shared/domain/api/replay-request.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { Replay } from "#shared/domain/replay.ts";
import { parseJson } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import { replayView } from "./replay-view.ts";

/** `POST /webhooks/{id}/replay`: delivers what is on the stream between two times once more, or counts it. */
export const startReplay = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { customerId, webhookId, active } = await findWebhook(deps, request);
  const now = deps.now();
  const wanted = readReplayRequest(parseJson(request.body), { now, retentionHours: deps.retentionHours });
  if (!active && !wanted.dry_run) {
    throw conflict("The webhook is paused", "Resume it first. A dry run is possible meanwhile.");
  }
  const [newest] = await deps.replays.list(customerId, webhookId);
  if (newest?.replay.state === "running") throw alreadyRunning(newest.replay.replayId);
  const replay: Replay = {
    replayId: deps.newId(),
    customerId,
    webhookId,
    number: (newest?.replay.number ?? 0) + 1,
    state: "running",
    from: wanted.from,
    to: wanted.to,
    rate: wanted.rate,
    dryRun: wanted.dry_run,
    startedAt: new Date(now).toISOString(),
    scheduledUntil: 0,
  };
  if (!(await deps.replays.create(replay))) throw alreadyRunning();
  const { number } = replay;
  await deps.replaySteps.send({ version: 1, kind: "start", customerId, webhookId, number }, 0);
  return { status: 200, results: replayView({ replay, shards: [] }, now) };
};

const alreadyRunning = (replayId?: string): RequestError =>
  conflict(
    "The webhook has a running replay",
    `A webhook has one replay at a time. Wait for it or cancel it${replayId === undefined ? "" : `: ${replayId}`}.`,
  );

const conflict = (message: string, description: string): RequestError =>
  new RequestError(409, { message, description, code: "1602" });
