import MixedLineBarChart from "@cloudscape-design/components/mixed-line-bar-chart";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { count, shortCount } from "#shared/text/numbers.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { ChartCard, hourText } from "./chart-card.tsx";
import { chartPoints } from "./chart-points.ts";

interface BatchesChartProps {
  readonly metrics: WebhookMetrics;
}

const chartHeight = 200;

/** Batches delivered and expired, and attempts that failed. */
export const BatchesChart = ({ metrics }: BatchesChartProps) => {
  const { times: zone } = usePreferences();
  const points = chartPoints(metrics);
  const from = points[0]?.at ?? metrics.from;
  const highest = Math.max(...points.map((each) => each.delivered + each.failed_attempts + each.expired));
  return (
    <ChartCard
      title="Batches and attempts"
      rows={points}
      columns={[
        { header: "Delivered", cell: (row) => count(row.delivered) },
        { header: "Failed attempts", cell: (row) => count(row.failed_attempts) },
        { header: "Expired", cell: (row) => count(row.expired) },
      ]}
    >
      <MixedLineBarChart<string>
        ariaLabel="Batches and attempts"
        height={chartHeight}
        hideFilter
        stackedBars
        xScaleType="categorical"
        xDomain={points.map(({ at }) => at)}
        yDomain={[0, Math.max(4, Math.ceil(highest * 1.1))]}
        xTickFormatter={(at) => hourText(at, { zone, from })}
        yTickFormatter={shortCount}
        series={[
          {
            title: "Delivered",
            type: "bar",
            color: "var(--delivered)",
            data: points.map(({ at, delivered }) => ({ x: at, y: delivered })),
            valueFormatter: count,
          },
          {
            title: "Failed attempts",
            type: "bar",
            color: "var(--failed)",
            data: points.map(({ at, failed_attempts: failed }) => ({ x: at, y: failed })),
            valueFormatter: count,
          },
          {
            title: "Expired",
            type: "bar",
            color: "var(--expired)",
            data: points.map(({ at, expired }) => ({ x: at, y: expired })),
            valueFormatter: count,
          },
        ]}
      />
    </ChartCard>
  );
};
