import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { ReplayDeps } from "./ports.ts";

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
