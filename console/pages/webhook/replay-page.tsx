import SpaceBetween from "@cloudscape-design/components/space-between";
import { useParams, useSearch } from "wouter";
import { useReplays } from "../../api/webhook-queries.ts";
import { RecoverForm } from "./replay/recover-form.tsx";
import { ReplayForm } from "./replay/replay-form.tsx";
import { ReplayList } from "./replay/replay-list.tsx";
import { WebhookFrame } from "./webhook-frame.tsx";

/** Events that were delivered, missed or lost are sent once more, as long as the stream keeps them. */
export const ReplayPage = () => {
  const { id = "" } = useParams();
  // What was counted of one batch must not stand above the button that sends others.
  const search = useSearch();
  const replays = useReplays(id);
  return (
    <WebhookFrame tab="replay" ready={!replays.isPending}>
      {(webhook) => (
        <SpaceBetween size="l">
          <RecoverForm key={`${id} recover ${search}`} webhook={webhook} replays={replays.data ?? []} />
          <ReplayForm key={id} webhook={webhook} replays={replays.data ?? []} />
          <ReplayList query={replays} />
        </SpaceBetween>
      )}
    </WebhookFrame>
  );
};
