import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useSearch } from "wouter";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { useWebhookMetrics } from "../../../api/webhook-queries.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { count } from "#shared/text/numbers.ts";
import { navigate } from "../../../hash-location.ts";
import { webhookPath } from "../webhook-tabs.ts";
import { reasonText } from "../../../components/state-text.ts";
import { BatchesChart } from "./batches-chart.tsx";
import { EventsChart } from "./events-chart.tsx";
import { chartPoints, rangeIn, rangeOf, type TimeRange, timeRanges } from "./chart-points.ts";
import { LatencyChart } from "./latency-chart.tsx";
import { LatencyHistogram } from "./latency-histogram.tsx";
import { Shares } from "./shares.tsx";

interface TrafficProps {
  readonly id: string;
}

/** What a webhook has delivered over time, and in sum. The range stands in the address. */
export const Traffic = ({ id }: TrafficProps) => {
  const range = rangeIn(useSearch());
  const { data: metrics, error, refetch } = useWebhookMetrics(id, range);
  const header = (
    <Header
      variant="h2"
      actions={
        <SegmentedControl
          label="Time range"
          selectedId={range.id}
          options={timeRanges.map(({ id: each, text }) => ({ id: each, text }))}
          onChange={({ detail }) => navigate(`${webhookPath(id)}?range=${detail.selectedId}`, { replace: true })}
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
      {!isQuiet && <Charts metrics={metrics} range={rangeOf(metrics)} />}
    </SpaceBetween>
  );
};

interface ChartsProps {
  readonly metrics: WebhookMetrics;
  readonly range: TimeRange;
}

const Charts = ({ metrics, range }: ChartsProps) => {
  const points = chartPoints(metrics, range);
  const { totals } = metrics;
  const answers = Object.values(metrics.statuses).reduce((sum, value) => sum + value, 0);
  return (
    <>
      <div className="chart-grid">
        <BatchesChart points={points} range={range} />
        <EventsChart points={points} range={range} />
        <LatencyHistogram slots={metrics.latency_histogram} />
        <LatencyChart points={points} range={range} />
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
        {figuresText(range)}
      </Box>
    </>
  );
};

/** What the figures of a range stand for. */
export const figuresText = ({
  step,
  stepsOfPoint,
  precision,
}: Pick<TimeRange, "step" | "stepsOfPoint" | "precision">): string => {
  if (precision === "1min")
    return (
      `Each point stands for ${step}. Latency over time is the mean of the attempts. The attempts by latency, the event types, ` +
      "the answers and the reasons are counted by the hour: they are those of the whole hours that the time is in."
    );
  return `Each point stands for ${step}. Latency is that of each attempt, rounded up to the next step of the scale${
    stepsOfPoint === 1 ? "" : "; a percentile is that of the slowest hour in it"
  }.`;
};
