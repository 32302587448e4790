import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { serverNow } from "../../../api/clock.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import type { Replay } from "#shared/contract/api/replay.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { useMissingGrant } from "../../../grants.ts";
import { DryRunResult } from "./dry-run-result.tsx";
import { whyNotSend } from "./replay-text.ts";
import { useReplayStart } from "./use-replay-start.ts";
import { endsOf, rangeProblem, replayRanges, usualRetentionHours } from "./replay-range.ts";

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
  const { start, dryRun, forgetDryRun } = useReplayStart(webhook.id, replays);
  const missing = useMissingGrant("webhooks/modify");

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
            The webhook is paused. What a replay would send can be counted. Resume the webhook to send it.
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
                forgetDryRun();
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
                forgetDryRun();
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
            whyNot={whyNotSend(webhook)}
            onSend={({ from, to, rate: pace }) => start.mutate({ from, to, rate: pace, dry_run: false })}
          />
        )}
      </SpaceBetween>
    </Container>
  );
};

const rateText = `It must be a whole number from 1 to ${maxRate}.`;
