import Button from "@cloudscape-design/components/button";
import { useMutation } from "@tanstack/react-query";
import { asApiError } from "../../../api/api-error.ts";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { awaitAttempt } from "../../../api/awaited-attempts.ts";
import { callApi } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { queryKeys } from "../../../api/queries.ts";
import { useMissingGrant } from "../../../grants.ts";
import { useWebhookSummary } from "../../../api/webhook-queries.ts";
import { shortId } from "#shared/text/ids.ts";
import { flash } from "../../../shell/flashes.ts";
import { useShortcut } from "../../../shell/shortcuts.tsx";

interface RedeliverButtonProps {
  readonly batch: BatchWithAttempts;
}

/** Sends a waiting batch now instead of at its time, or a delivered one again whose body is kept. */
export const RedeliverButton = ({ batch }: RedeliverButtonProps) => {
  const { webhook_id: webhookId, batch_id: id } = batch;
  const missing = useMissingGrant("webhooks/modify");
  const { data: webhook } = useWebhookSummary(webhookId);
  const redeliver = useMutation({
    mutationFn: () =>
      callApi("POST /v1/webhooks/{id}/batches/{batch_id}/redeliver", {
        parameters: { id: webhookId, batch_id: id },
      }),
    onSuccess: async ({ attempt }) => {
      awaitAttempt(id, attempt, Date.now());
      flash({
        type: "success",
        header: `Attempt ${attempt} of batch ${shortId(id)} is under way`,
        content:
          batch.state === "delivered"
            ? "Its outcome shows in the timeline. A receiver that ignores ids of batches that it has done also ignores it."
            : "Its outcome shows in the timeline.",
      });
      await queryClient.invalidateQueries({ queryKey: queryKeys.webhook(webhookId) });
    },
    onError: (error) => {
      const [problem] = asApiError(error).problems;
      flash({
        type: "error",
        header: `Batch ${shortId(id)} was not sent again`,
        content: problem.description ?? problem.message,
      });
    },
  });
  const why = missing ?? (webhook?.active === false ? "The webhook is paused: resume it first." : whyNot(batch));
  const send = (): void => {
    if (!redeliver.isPending) redeliver.mutate();
  };
  useShortcut(why === undefined ? { keys: "r", label: "Redeliver the batch", run: send } : undefined);
  return (
    <Button
      loading={redeliver.isPending}
      loadingText="Sending the batch"
      disabled={why !== undefined}
      disabledReason={why ?? ""}
      onClick={send}
    >
      {batch.state === "delivered" ? "Send again" : "Redeliver now"}
    </Button>
  );
};

/** Why a batch cannot be sent again; undefined when it can. */
const whyNot = ({ state, body_available: hasBody }: BatchWithAttempts): string | undefined => {
  if (state === "sending") return "An attempt is under way.";
  if (state === "split") return "Smaller batches have taken its place.";
  if (hasBody) return undefined;
  return state === "delivered"
    ? "It was delivered and its body is not kept. A replay sends its events again."
    : "Its body is no longer kept. Recover it: it is formed again from the stream.";
};
