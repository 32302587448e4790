import LineChart from "@cloudscape-design/components/line-chart";
import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { duration } from "#shared/text/times.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { ChartCard, hourText } from "./chart-card.tsx";
import { type ChartPoint, chartPoints } from "./chart-points.ts";
import Box from "@cloudscape-design/components/box";

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

interface LatencyBarsProps {
  readonly totals: Pick<WebhookMetrics["totals"], "p50_ms" | "p95_ms" | "p99_ms">;
}

const width = 100;
const height = 12;
const longestMs = 30_000;

/** Place on a scale where each step is ten times the one before. */
const x = (ms: number): number => (Math.log10(Math.max(1, ms)) / Math.log10(longestMs)) * width;

/** Latency where there is not yet enough of it for a line. */
const LatencyBars = ({ totals }: LatencyBarsProps) => {
  const rows = [
    { label: "p50", ms: totals.p50_ms },
    { label: "p95", ms: totals.p95_ms },
    { label: "p99", ms: totals.p99_ms },
  ].flatMap(({ label, ms }) => (ms === null ? [] : [{ label, ms }]));
  if (rows.length === 0) return <Box color="text-body-secondary">No attempt was made in this time.</Box>;
  return (
    <div className="latency-bars">
      <table className="plain-table">
        <tbody>
          {rows.map(({ label, ms }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td className="share-bar">
                <svg
                  viewBox={`0 0 ${width} ${height}`}
                  preserveAspectRatio="none"
                  role="img"
                  aria-label={ms > answerTimeoutMs ? "above the limit" : "below the limit"}
                >
                  <rect
                    className={ms > answerTimeoutMs ? "failed" : "plain"}
                    width={Math.max(1, x(ms))}
                    y="2"
                    height={height - 4}
                  />
                  <line className="limit" x1={x(answerTimeoutMs)} x2={x(answerTimeoutMs)} y1="0" y2={height} />
                </svg>
              </td>
              <td className="nowrap tabular share-count">{`≤ ${duration(ms)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="legend">
        <li className="strong">
          <span className="swatch limit" />
          Limit of the answer: 6 s
        </li>
        <li>Each step of the scale is ten times the one before.</li>
      </ul>
      <Box color="text-body-secondary" padding={{ top: "s" }}>
        With a second hour of traffic this becomes a line by the hour.
      </Box>
    </div>
  );
};
