import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useState } from "react";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { useWebhookMetrics } from "../../../api/webhook-queries.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { count } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { reasonText } from "../../../components/state-text.ts";
import { BatchesChart } from "./batches-chart.tsx";
import { EventsChart } from "./events-chart.tsx";
import { LatencyChart } from "./latency-chart.tsx";
import { Shares } from "./shares.tsx";

const ranges = [
  { id: "24", text: "24 hours" },
  { id: "168", text: "7 days" },
  { id: "720", text: "30 days" },
] as const;

interface TrafficProps {
  readonly id: string;
}

/** What a webhook has delivered, hour by hour, and in sum. */
export const Traffic = ({ id }: TrafficProps) => {
  const [hours, setHours] = useState<string>(ranges[0].id);
  const { data: metrics, error, refetch } = useWebhookMetrics(id, Number(hours));
  const header = (
    <Header
      variant="h2"
      actions={
        <SegmentedControl
          label="Time range"
          selectedId={hours}
          options={[...ranges]}
          onChange={({ detail }) => setHours(detail.selectedId)}
        />
      }
    >
      Traffic
    </Header>
  );
  if (metrics === undefined) {
    return (
      <Container header={header}>
        {error === null ? (
          <Box textAlign="center">
            <Spinner /> Loading the figures
          </Box>
        ) : (
          <ErrorView what="The figures could not be loaded" error={error} onRetry={() => void refetch()} />
        )}
      </Container>
    );
  }
  const { totals } = metrics;
  const attempts = metrics.latency_histogram.reduce((sum, slot) => sum + slot.count, 0);
  const isQuiet = attempts + totals.delivered + totals.failed_attempts + totals.expired === 0;
  return (
    <SpaceBetween size="l">
      <Container header={header}>
        <SpaceBetween size="m">
          {error !== null && <ErrorView what="These figures may be out of date" error={error} />}
          <KeyValuePairs
            columns={4}
            minColumnWidth={150}
            items={[
              { label: "Batches delivered", value: count(totals.delivered) },
              { label: "Events delivered", value: count(totals.events) },
              { label: "Attempts failed", value: count(totals.failed_attempts) },
              { label: "Batches expired", value: count(totals.expired) },
            ]}
          />
          {isQuiet && (
            <Box color="text-body-secondary">
              Nothing was sent in this time. The charts appear with the first batch.
            </Box>
          )}
        </SpaceBetween>
      </Container>
      {!isQuiet && <Charts metrics={metrics} />}
    </SpaceBetween>
  );
};

interface ChartsProps {
  readonly metrics: WebhookMetrics;
}

const Charts = ({ metrics }: ChartsProps) => {
  const { totals } = metrics;
  const answers = Object.values(metrics.statuses).reduce((sum, value) => sum + value, 0);
  return (
    <>
      <div className="chart-grid">
        <BatchesChart metrics={metrics} />
        <LatencyChart metrics={metrics} />
        <EventsChart metrics={metrics} />
        <Shares
          title="Event types"
          what="Type"
          noun={["event", "events"]}
          counts={metrics.event_types}
          empty="No event was delivered in this time."
        />
        <Shares
          title="Answers"
          what="Status"
          noun={["attempt", "attempts"]}
          counts={metrics.statuses}
          empty={answers === 0 && totals.failed_attempts > 0 ? "The target has not answered." : "No attempt was made."}
          isBad={(status) => !status.startsWith("2")}
        />
        <Shares
          title="Reasons of failures"
          what="Reason"
          noun={["attempt", "attempts"]}
          counts={metrics.reasons}
          empty="No attempt failed in this time."
          nameOf={reasonText}
          isBad={() => true}
        />
      </div>
      <Box fontSize="body-s" color="text-body-secondary" padding={{ top: "s" }}>
        {`Figures by the hour. Latency is that of each attempt, rounded up to the next step; the slowest was ${
          totals.p99_ms === null ? "not measured" : `at most ${duration(slowest(metrics.latency_histogram))}`
        }.`}
      </Box>
    </>
  );
};

const slowest = (slots: readonly { readonly le_ms: number; readonly count: number }[]): number =>
  slots.findLast((slot) => slot.count > 0)?.le_ms ?? 0;
