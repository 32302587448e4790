import LineChart from "@cloudscape-design/components/line-chart";
import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { duration } from "#shared/text/times.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { ChartCard } from "./chart-card.tsx";
import { type ChartPoint, chartPoints } from "./chart-points.ts";
import { hourText } from "./hour-text.ts";
import { LatencyBars } from "./latency-bars.tsx";

interface LatencyChartProps {
  readonly metrics: WebhookMetrics;
}

const chartHeight = 200;
/** From a millisecond to half a minute, each step ten times the one before: fast targets and the limit are both in sight. */
const domain = [1, 30_000];
const minPoints = 2;

const percentiles = [
  { key: "p50_ms", title: "p50", color: "var(--plain)" },
  { key: "p95_ms", title: "p95", color: "var(--p95)" },
  { key: "p99_ms", title: "p99", color: "var(--p99)" },
] as const;

const text = (ms: number | null): string => (ms === null ? "–" : duration(ms));

/** How long attempts took, against the time that a target has to answer. */
export const LatencyChart = ({ metrics }: LatencyChartProps) => {
  const { times: zone } = usePreferences();
  const points = chartPoints(metrics);
  const from = points[0]?.at ?? metrics.from;
  const measured = points.filter(({ p50_ms: ms }) => ms !== null);
  return (
    <ChartCard<ChartPoint>
      title="Latency of attempts"
      rows={points}
      columns={percentiles.map(({ key, title }) => ({ header: title, cell: (row) => text(row[key]) }))}
    >
      {measured.length < minPoints ? (
        <LatencyBars totals={metrics.totals} />
      ) : (
        <LineChart<Date>
          ariaLabel="Latency of attempts"
          height={chartHeight}
          hideFilter
          xScaleType="time"
          yScaleType="log"
          yDomain={domain}
          xTickFormatter={(at) => hourText(at.toISOString(), { zone, from })}
          yTickFormatter={duration}
          series={[
            ...percentiles.map(({ key, title, color }) => ({
              title,
              color,
              type: "line" as const,
              data: measured.map((point) => ({ x: new Date(point.at), y: Math.max(1, point[key] ?? 1) })),
              valueFormatter: duration,
            })),
            {
              title: "Limit",
              color: "var(--failed)",
              type: "threshold" as const,
              y: answerTimeoutMs,
              valueFormatter: duration,
            },
          ]}
        />
      )}
    </ChartCard>
  );
};
