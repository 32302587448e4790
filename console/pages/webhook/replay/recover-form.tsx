import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearch } from "wouter";
import { type ReplayChoice, replayChoices } from "#shared/contract/words.ts";
import type { Replay } from "#shared/contract/api/replay.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { isUuid, shortId } from "#shared/text/ids.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { useMissingGrant } from "../../../grants.ts";
import { DryRunResult } from "./dry-run-result.tsx";
import { choiceTexts, whyNotSend } from "./replay-text.ts";
import { useReplayStart } from "./use-replay-start.ts";

interface RecoverFormProps {
  readonly webhook: WebhookSummary;
  /** The webhook's replays, in which a dry run's result shows. */
  readonly replays: readonly Replay[];
}

/** Sends what failed and nothing else; an address may name one batch. It is counted first and then sent. */
export const RecoverForm = ({ webhook, replays }: RecoverFormProps) => {
  const batchId = new URLSearchParams(useSearch()).get("batch") ?? undefined;
  const [only, setOnly] = useState<ReplayChoice>("expired");
  const { start, dryRun, forgetDryRun } = useReplayStart(webhook.id, replays);
  const missing = useMissingGrant("webhooks/modify");
  const isOne = batchId !== undefined && isUuid(batchId);
  const wanted = isOne ? ({ only: "undelivered", batch_id: batchId } as const) : ({ only } as const);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Sends batches that the target did not take, each with its own id and events, while the stream keeps them. Nothing that was delivered comes again."
        >
          Recover batches
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isOne ? (
          <div>
            {"Batch "}
            <code title={batchId}>{shortId(batchId)}</code>
          </div>
        ) : (
          <FormField label="Which batches">
            <RadioGroup
              value={only}
              items={replayChoices.map((value) => ({ value, ...choiceTexts[value] }))}
              onChange={({ detail }) => {
                setOnly(replayChoices.find((each) => each === detail.value) ?? "expired");
                forgetDryRun();
              }}
            />
          </FormField>
        )}
        <Button
          loading={start.isPending || dryRun?.state === "running"}
          loadingText="Counting"
          disabled={missing !== undefined}
          disabledReason={missing ?? ""}
          onClick={() => start.mutate({ ...wanted, dry_run: true })}
        >
          Count what can be recovered
        </Button>
        {start.isError && <ErrorView what="The recovery was not started" error={start.error} />}
        {dryRun !== undefined && (
          <DryRunResult
            replay={dryRun}
            isStarting={start.isPending}
            whyNot={whyNotSend(webhook)}
            onSend={({ to }) => start.mutate({ ...wanted, to, dry_run: false })}
          />
        )}
      </SpaceBetween>
    </Container>
  );
};
