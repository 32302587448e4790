import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { count, shortCount } from "#shared/text/numbers.ts";
import { TimeChartCard, type TimeChartProps } from "./time-chart.tsx";

const chartHeight = 200;

/** Events in the batches that were delivered. */
export const EventsChart = ({ points, range }: TimeChartProps) => {
  const highest = Math.max(...points.map(({ events }) => events));
  if (highest === 0) {
    return (
      <Container fitHeight header={<Header variant="h3">Events delivered</Header>}>
        <Box color="text-body-secondary">No event was delivered in this time.</Box>
      </Container>
    );
  }
  return (
    <TimeChartCard
      title="Events delivered"
      points={points}
      range={range}
      columns={[{ header: "Events", cell: (point) => count(point.events) }]}
    >
      {(axis) => (
        <BarChart<string>
          {...axis}
          ariaLabel="Events delivered"
          height={chartHeight}
          hideFilter
          hideLegend
          yDomain={[0, Math.max(4, Math.ceil(highest * 1.1))]}
          yTickFormatter={shortCount}
          series={[
            {
              title: "Events",
              type: "bar",
              color: "var(--plain)",
              data: points.map(({ at, events }) => ({ x: at, y: events })),
              valueFormatter: count,
            },
          ]}
        />
      )}
    </TimeChartCard>
  );
};
