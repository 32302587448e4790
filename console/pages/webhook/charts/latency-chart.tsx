import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import LineChart from "@cloudscape-design/components/line-chart";
import { answerTimeoutMs } from "#shared/contract/limits.ts";
import { duration } from "#shared/text/times.ts";
import { TimeChartCard, type TimeChartProps } from "./time-chart.tsx";

const chartHeight = 200;
/** From a millisecond to half a minute, each step ten times the one before: fast targets and the limit are both in sight. */
const domain = [1, 30_000];
const minPoints = 2;
const title = "Latency of attempts";

const percentiles = [
  { key: "p50_ms", title: "p50", color: "var(--plain)" },
  { key: "p95_ms", title: "p95", color: "var(--p95)" },
  { key: "p99_ms", title: "p99", color: "var(--p99)" },
] as const;
/** Minutes have no percentiles. */
const mean = [{ key: "mean_ms", title: "Mean", color: "var(--plain)" }] as const;

/** How long attempts took over time, against the time that a target has to answer. */
export const LatencyChart = ({ points, range }: TimeChartProps) => {
  const lines = range.precision === "1min" ? mean : percentiles;
  const measured = points.filter((point) => lines.some(({ key }) => point[key] !== null));
  if (measured.length < minPoints) {
    return (
      <Container fitHeight header={<Header variant="h3">{title}</Header>}>
        <Box color="text-body-secondary">
          {measured.length === 0
            ? "No attempt was made in this time."
            : `All attempts fell into ${range.step}: a line needs two such stretches of time.`}
        </Box>
      </Container>
    );
  }
  return (
    <TimeChartCard
      title={title}
      points={points}
      range={range}
      columns={lines.map(({ key, title: header }) => ({
        header,
        cell: ({ [key]: ms }) => (ms === null ? "–" : duration(ms)),
      }))}
    >
      {(axis) => (
        <LineChart<string>
          {...axis}
          ariaLabel={title}
          height={chartHeight}
          hideFilter
          yScaleType="log"
          yDomain={domain}
          yTickFormatter={duration}
          series={[
            ...lines.map(({ key, title: name, color }) => ({
              title: name,
              color,
              type: "line" as const,
              data: measured.map((point) => ({ x: point.at, y: Math.max(1, point[key] ?? 1) })),
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
    </TimeChartCard>
  );
};
