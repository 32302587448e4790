import { RequestError } from "#shared/domain/errors.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findReplay } from "./find-replay.ts";
import { replayView } from "./replay-view.ts";

/** `POST /webhooks/{id}/replays/{replay_id}/cancel`: sends no further batches; those sent already are still delivered. */
export const cancelReplay = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { replay: running } = await findReplay(deps, request);
  await deps.replays.end(running, { state: "cancelled", at: deps.now() });
  const found = await findReplay(deps, request);
  const { state } = found.replay;
  if (state === "cancelled") return { status: 200, results: replayView(found, deps.now()) };
  throw new RequestError(409, {
    message: `The replay has ended: it is ${state}`,
    description: "Only a running replay can be cancelled.",
    code: "1602",
  });
};
