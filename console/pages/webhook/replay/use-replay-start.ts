import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Replay, ReplayRequest } from "#shared/contract/api/replay.ts";
import { callApi } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { webhookKeys } from "../../../api/webhook-queries.ts";

/** Starts replays of a webhook; the last dry run shows among its replays until it is forgotten, or something is sent. */
export const useReplayStart = (webhookId: string, replays: readonly Replay[]) => {
  const [dryRunId, setDryRunId] = useState<string>();
  const start = useMutation({
    mutationFn: (body: ReplayRequest) =>
      callApi("POST /v1/webhooks/{id}/replay", { parameters: { id: webhookId }, body }),
    onSuccess: async (replay) => {
      setDryRunId(replay.dry_run ? replay.id : undefined);
      await queryClient.invalidateQueries({ queryKey: webhookKeys.replays(webhookId) });
    },
  });
  return {
    start,
    dryRun: replays.find(({ id }) => id === dryRunId),
    forgetDryRun: (): void => setDryRunId(undefined),
  };
};
