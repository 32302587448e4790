import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findReplay } from "./find-replay.ts";
import { replayView } from "./replay-view.ts";

/** `GET /webhooks/{id}/replays/{replay_id}`: how far a replay is. */
export const readReplay = async (deps: ApiDeps, request: Request): Promise<Answer> => ({
  status: 200,
  results: replayView(await findReplay(deps, request), deps.now()),
});
