import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../../api/client.ts";
import { serverNow } from "../../../api/clock.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { Replay, ReplayRequest } from "#shared/contract/api/replay.ts";
import { webhookKeys } from "../../../api/webhook-queries.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { useMissingGrant } from "../../../grants.ts";
import { endsOf, rangeProblem, replayRanges, usualRetentionHours } from "./replay-range.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { replayFailureText } from "./replay-text.ts";

interface ReplayFormProps {
  readonly webhook: WebhookSummary;
  /** The webhook's replays, in which a dry run's result shows. */
  readonly replays: readonly Replay[];
}

const maxRate = 50;
const initialRange: DateRangePickerProps.Value = { type: "relative", amount: 1, unit: "hour" };

/** Chooses what is sent once more; it is counted first and then sent. */
export const ReplayForm = ({ webhook, replays }: ReplayFormProps) => {
  const [range, setRange] = useState<DateRangePickerProps.Value | null>(initialRange);
  const [rate, setRate] = useState("5");
  const [problems, setProblems] = useState<{ readonly range?: string; readonly rate?: string }>({});
  const [dryRunId, setDryRunId] = useState<string>();
  const missing = useMissingGrant("webhooks/modify");
  const start = useMutation({
    mutationFn: (body: ReplayRequest) =>
      callApi("POST /v1/webhooks/{id}/replay", { parameters: { id: webhook.id }, body }),
    onSuccess: async (replay) => {
      setDryRunId(replay.dry_run ? replay.id : undefined);
      await queryClient.invalidateQueries({ queryKey: webhookKeys.replays(webhook.id) });
    },
  });
  const dryRun = replays.find(({ id }) => id === dryRunId);

  const count = (): void => {
    const wrongRange = rangeProblem(range, serverNow());
    const wrongRate = /^\d{1,2}$/.test(rate) && Number(rate) >= 1 && Number(rate) <= maxRate ? undefined : rateText;
    setProblems({
      ...(wrongRange === undefined ? {} : { range: wrongRange }),
      ...(wrongRate === undefined ? {} : { rate: wrongRate }),
    });
    if (range === null || wrongRange !== undefined || wrongRate !== undefined) return;
    start.mutate({ ...endsOf(range, serverNow()), rate: Number(rate), dry_run: true });
  };

  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Sends the events of a time range once more, in new batches, to this webhook only. Events that the target already has come again."
        >
          Replay events
        </Header>
      }
    >
      <SpaceBetween size="m">
        {!webhook.active && (
          <Alert type="info">
            The webhook is paused: batches of a replay wait until it is resumed, and may expire.
          </Alert>
        )}
        <div className="replay-fields">
          <FormField
            label="Arrival of the events"
            description={`The stream keeps events for ${usualRetentionHours} hours, unless it is set otherwise.`}
            errorText={problems.range ?? ""}
            stretch
          >
            <DateRangePicker
              value={range}
              placeholder="Choose a time range"
              relativeOptions={[...replayRanges]}
              isValidRange={(value) => {
                const problem = rangeProblem(value, serverNow());
                return problem === undefined ? { valid: true } : { valid: false, errorMessage: problem };
              }}
              onChange={({ detail }) => {
                setRange(detail.value);
                setDryRunId(undefined);
              }}
              expandToViewport
            />
          </FormField>
          <FormField
            label="Batches in a second, at most"
            description="Slow is kind to a target that has just recovered."
            errorText={problems.rate ?? ""}
            stretch
          >
            <Input
              value={rate}
              type="number"
              inputMode="numeric"
              onChange={({ detail }) => {
                setRate(detail.value);
                setDryRunId(undefined);
              }}
            />
          </FormField>
        </div>
        <Button
          loading={start.isPending || dryRun?.state === "running"}
          loadingText="Counting"
          disabled={missing !== undefined}
          disabledReason={missing ?? ""}
          onClick={count}
        >
          Count first (dry run)
        </Button>
        {start.isError && <ErrorView what="The replay was not started" error={start.error} />}
        {dryRun !== undefined && (
          <DryRunResult
            replay={dryRun}
            isStarting={start.isPending}
            onSend={({ from, to, rate: pace }) => start.mutate({ from, to, rate: pace, dry_run: false })}
          />
        )}
      </SpaceBetween>
    </Container>
  );
};

const rateText = `It must be a whole number from 1 to ${maxRate}.`;

interface DryRunResultProps {
  readonly replay: Replay;
  readonly isStarting: boolean;
  readonly onSend: (replay: Replay) => void;
}

/** What a replay would send, and the button that sends it. */
const DryRunResult = ({ replay, isStarting, onSend }: DryRunResultProps) => {
  const { state, batches_formed: batches, events_matched: events, estimated_seconds: seconds } = replay;
  if (state === "running") return null;
  if (state !== "finished") {
    return (
      <Alert type="warning" header="The count did not finish">
        {replayFailureText(replay)}
      </Alert>
    );
  }
  if (events === 0) {
    return (
      <Alert type="info" header="Nothing to send">
        No event of this webhook's types arrived in this time.
      </Alert>
    );
  }
  return (
    <Alert
      type="info"
      header={`Would send ${counted(batches, "batch", "batches")}, ${counted(events, "event")}`}
      action={
        <Button variant="primary" loading={isStarting} loadingText="Starting" onClick={() => onSend(replay)}>
          {`Send ${counted(batches, "batch", "batches")}`}
        </Button>
      }
    >
      {seconds === undefined
        ? "The same time range is sent that was counted."
        : `It takes about ${duration(Math.max(1, seconds) * 1_000)}. The same time range is sent that was counted.`}
    </Alert>
  );
};
