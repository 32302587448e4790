import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import { type ApiError, asApiError } from "../../../api/api-error.ts";
import { callApi } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { Replay } from "#shared/contract/api/replay.ts";
import { webhookKeys } from "../../../api/webhook-queries.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { Time } from "../../../components/time.tsx";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { duration, exactTime } from "#shared/text/times.ts";
import { useMissingGrant } from "../../../grants.ts";
import { flash } from "../../../shell/flashes.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { choiceTexts, replayFailureText, replayStates } from "./replay-text.ts";

interface ReplayListProps {
  readonly query: UseQueryResult<readonly Replay[], ApiError>;
}

/** A webhook's replays and counts, how far they are, and a way to stop them. */
export const ReplayList = ({ query }: ReplayListProps) => {
  const failed = query.error !== null;
  const retry = (): void => void query.refetch();
  const replays = query.data ?? [];
  return (
    <Table<Replay>
      items={replays}
      variant="container"
      enableKeyboardNavigation={replays.length > 0}
      trackBy="id"
      loading={query.data === undefined && !failed}
      loadingText="Loading replays"
      ariaLabels={{ tableLabel: "Replays" }}
      header={
        <Header variant="h2" counter={query.data === undefined ? "" : `(${count(query.data.length)})`}>
          Replays
        </Header>
      }
      empty={
        failed ? (
          <ErrorView what="The replays could not be loaded" error={query.error} onRetry={retry} />
        ) : (
          <Box color="text-body-secondary">No replay yet. Each one shows here with its progress.</Box>
        )
      }
      columnDefinitions={columns}
    />
  );
};

const columns: readonly TableProps.ColumnDefinition<Replay>[] = [
  {
    id: "replay",
    header: "Replay",
    isRowHeader: true,
    minWidth: 120,
    cell: ({ id, dry_run: isDry, only }) => (
      <>
        <code title={id}>{shortId(id)}</code>
        {only !== undefined && <div className="secondary">{`${choiceTexts[only].label.toLowerCase()} batches`}</div>}
        {isDry && <div className="secondary">dry run</div>}
      </>
    ),
  },
  { id: "state", header: "State", minWidth: 220, cell: (replay) => <ReplayState replay={replay} /> },
  { id: "range", header: "Arrival", minWidth: 200, cell: (replay) => <ReplayRange replay={replay} /> },
  {
    id: "found",
    header: "Events",
    minWidth: 100,
    cell: ({ events_matched: events }) => <span className="tabular">{count(events)}</span>,
  },
  {
    id: "batches",
    header: "Batches",
    minWidth: 140,
    cell: ({ dry_run: isDry, batches_formed: formed, batches_sent: sent }) =>
      isDry ? `${count(formed)} counted` : `${count(sent)} of ${count(formed)} sent`,
  },
  { id: "rate", header: "Rate", minWidth: 90, cell: ({ rate }) => `${rate}\u00A0/\u00A0s` },
  { id: "started", header: "Started", minWidth: 110, cell: ({ started_at: at }) => <Time at={at} /> },
  { id: "cancel", header: "Actions", minWidth: 110, cell: (replay) => <CancelButton replay={replay} /> },
];

interface ReplayProps {
  readonly replay: Replay;
}

const ReplayState = ({ replay }: ReplayProps) => {
  const { state, progress, estimated_remaining_seconds: seconds, batches_sent: sent } = replay;
  if (state === "running") {
    return (
      <ProgressBar
        value={Math.floor(progress * 100)}
        ariaLabel={`Progress of replay ${shortId(replay.id)}`}
        description={
          seconds === undefined ? "Running" : `${duration(seconds * 1_000)} left · ${counted(sent, "batch", "batches")}`
        }
      />
    );
  }
  const { text, type } = replayStates[state];
  return (
    <>
      <StatusIndicator type={type}>{text}</StatusIndicator>
      {replay.reason !== undefined && <div className="secondary">{replayFailureText(replay)}</div>}
    </>
  );
};

const ReplayRange = ({ replay }: ReplayProps) => {
  const { times } = usePreferences();
  const zone = times === "utc" ? "utc" : "local";
  return (
    <>
      <div className="nowrap">{exactTime(replay.from, zone)}</div>
      <div className="nowrap">{`to ${exactTime(replay.to, zone)}`}</div>
    </>
  );
};

const CancelButton = ({ replay }: ReplayProps) => {
  const missing = useMissingGrant("webhooks/modify");
  const cancel = useMutation({
    mutationFn: () =>
      callApi("POST /v1/webhooks/{id}/replays/{replay_id}/cancel", {
        parameters: { id: replay.webhook_id, replay_id: replay.id },
      }),
    onSuccess: () => {
      flash({
        type: "success",
        header: `Replay ${shortId(replay.id)} cancelled`,
        content: "Batches that are already on their way are still delivered.",
      });
    },
    onError: (error) =>
      flash({ type: "error", header: "The replay was not cancelled", content: asApiError(error).message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: webhookKeys.replays(replay.webhook_id) }),
  });
  if (replay.state !== "running") return "–";
  return (
    <Button
      variant="inline-link"
      ariaLabel={`Cancel replay ${shortId(replay.id)}`}
      loading={cancel.isPending}
      disabled={missing !== undefined}
      disabledReason={missing ?? ""}
      onClick={() => cancel.mutate()}
    >
      Cancel
    </Button>
  );
};
