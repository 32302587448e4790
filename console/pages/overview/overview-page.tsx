import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useState } from "react";
import type { WebhooksOverview } from "#shared/contract/api/overview.ts";
import { count } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { useOverview } from "../../api/queries.ts";
import { useBulkJob } from "../../bulk/bulk-job.ts";
import { obstacleOf } from "../../bulk/bulk-obstacle.ts";
import type { BulkSelection } from "../../bulk/bulk-selection.ts";
import { RecoverDialog } from "../../bulk/recover-dialog.tsx";
import { NoWebhooks } from "../../components/no-webhooks.tsx";
import { ErrorView } from "../../components/error-view.tsx";
import { stateTexts } from "../../components/state-text.ts";
import { useMissingGrant } from "../../grants.ts";
import { hrefOf } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { BatchesChart } from "../webhook/charts/batches-chart.tsx";
import { chartPoints, rangeIn } from "../webhook/charts/chart-points.ts";
import { EventsChart } from "../webhook/charts/events-chart.tsx";
import { LatencyChart } from "../webhook/charts/latency-chart.tsx";
import { LatencyHistogram } from "../webhook/charts/latency-histogram.tsx";
import { Runway } from "./runway.tsx";

/** All webhooks together: what will be lost, what they have delivered in a day, how often that failed, how long it took. */
export const OverviewPage = () => {
  const { data, error, refetch } = useOverview();
  return (
    <Page
      title="Overview"
      description="All webhooks together: what will be lost unless targets take it, and the last 24 hours."
      ready={data !== undefined || error !== null}
    >
      <SpaceBetween size="l">
        {error !== null && (
          <ErrorView
            what={data === undefined ? "The overview could not be loaded" : "What you see may be out of date"}
            error={error}
            onRetry={() => void refetch()}
          />
        )}
        {data === undefined && error === null && (
          <Box textAlign="center">
            <Spinner /> Loading the overview
          </Box>
        )}
        {data !== undefined && (
          <SpaceBetween size="l">
            {data.total === 0 && (
              <Container>
                <NoWebhooks />
              </Container>
            )}
            {(data.total > 0 || data.at_risk.batches > 0) && <Runway risk={data.at_risk} />}
            {(data.total > 0 || hasHistory(data)) && <Day overview={data} />}
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Page>
  );
};

/** Whether webhooks that were deleted since have left something to show. */
const hasHistory = ({ totals, latency_histogram: slots }: WebhooksOverview): boolean =>
  totals.expired > 0 || slots.some((slot) => slot.count > 0);

interface DayProps {
  readonly overview: WebhooksOverview;
}

const day = rangeIn("");

/** The last 24 hours in numbers and charts. */
const Day = ({ overview }: DayProps) => {
  const { totals, states, latency_histogram: slots } = overview;
  const attempts = slots.reduce((sum, slot) => sum + slot.count, 0);
  const points = chartPoints(overview, day);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Last 24 hours</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={4}
            minColumnWidth={150}
            items={[
              { label: "Events delivered", value: count(totals.events) },
              { label: "Batches delivered", value: count(totals.delivered) },
              { label: "Attempts failed", value: attempts === 0 ? "–" : shareText(totals.failed_attempts, attempts) },
              { label: "Batches expired", value: <Expired overview={overview} /> },
              { label: "Latency p95", value: totals.p95_ms === null ? "–" : `≤ ${duration(totals.p95_ms)}` },
              {
                label: "Webhooks",
                value: (
                  <span className="inline-list">
                    {(["failed", "parked", "paused", "pending", "ok"] as const)
                      .filter((state) => states[state] > 0)
                      .map((state) => (
                        <Link key={state} href={hrefOf(`/webhooks?state=${state}`)}>
                          {`${stateTexts[state]} ${count(states[state])}`}
                        </Link>
                      ))}
                  </span>
                ),
              },
            ]}
          />
          {!overview.is_complete && (
            <Box color="text-body-secondary">{`Still counting: ${overview.series.length} of 24 hours so far.`}</Box>
          )}
          {attempts === 0 && <Box color="text-body-secondary">Nothing was sent in this time.</Box>}
        </SpaceBetween>
      </Container>
      {attempts > 0 && (
        <div className="chart-grid">
          <EventsChart points={points} range={day} />
          <BatchesChart points={points} range={day} />
          <LatencyHistogram slots={slots} />
          <LatencyChart points={points} range={day} />
        </div>
      )}
    </SpaceBetween>
  );
};

/** How many batches expired, and the way to send them after all. */
const Expired = ({ overview: { totals, total } }: DayProps) => {
  // As it was when the dialog opened: a webhook more or less would have everything counted anew.
  const [selection, setSelection] = useState<BulkSelection>();
  const missing = useMissingGrant("webhooks/modify");
  const obstacle = obstacleOf(useBulkJob());
  const reason = missing ?? obstacle;
  if (totals.expired === 0 || total === 0) return count(totals.expired);
  return (
    <span className="inline-list">
      {count(totals.expired)}
      <Button
        variant="inline-link"
        ariaLabel="Recover expired batches"
        disabled={reason !== undefined}
        disabledReason={reason ?? ""}
        onClick={() => setSelection({ kind: "matching", query: {}, size: total })}
      >
        Recover
      </Button>
      {selection !== undefined && (
        <RecoverDialog
          selection={selection}
          onClose={() => setSelection(undefined)}
          onStart={() => setSelection(undefined)}
        />
      )}
    </span>
  );
};

/** A share in per cent, which is never rounded to nothing. */
const shareText = (part: number, whole: number): string => {
  const percent = (100 * part) / whole;
  const text = percent === 0 ? "0" : percent < 0.1 ? "< 0.1" : percent.toFixed(1);
  return `${text} % (${count(part)})`;
};
