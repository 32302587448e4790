import MixedLineBarChart from "@cloudscape-design/components/mixed-line-bar-chart";
import { count, shortCount } from "#shared/text/numbers.ts";
import { TimeChartCard, type TimeChartProps } from "./time-chart.tsx";

const chartHeight = 200;

const counts = [
  { key: "delivered", title: "Delivered", color: "var(--delivered)" },
  { key: "failed_attempts", title: "Failed attempts", color: "var(--failed)" },
  { key: "expired", title: "Expired", color: "var(--expired)" },
] as const;

/** Batches delivered and expired, and attempts that failed. */
export const BatchesChart = ({ points, range }: TimeChartProps) => {
  const highest = Math.max(...points.map((each) => each.delivered + each.failed_attempts + each.expired));
  return (
    <TimeChartCard
      title="Batches and attempts"
      points={points}
      range={range}
      columns={counts.map(({ key, title }) => ({ header: title, cell: (point) => count(point[key]) }))}
    >
      {(axis) => (
        <MixedLineBarChart<string>
          {...axis}
          ariaLabel="Batches and attempts"
          height={chartHeight}
          hideFilter
          stackedBars
          yDomain={[0, Math.max(4, Math.ceil(highest * 1.1))]}
          yTickFormatter={shortCount}
          series={counts.map(({ key, title, color }) => ({
            title,
            type: "bar",
            color,
            data: points.map((point) => ({ x: point.at, y: point[key] })),
            valueFormatter: count,
          }))}
        />
      )}
    </TimeChartCard>
  );
};
