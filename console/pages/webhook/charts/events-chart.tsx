import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { count, shortCount } from "#shared/text/numbers.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { ChartCard, hourText } from "./chart-card.tsx";
import { chartPoints } from "./chart-points.ts";

interface EventsChartProps {
  readonly metrics: WebhookMetrics;
}

const chartHeight = 200;

/** Events in the batches that were delivered. */
export const EventsChart = ({ metrics }: EventsChartProps) => {
  const { times: zone } = usePreferences();
  const points = chartPoints(metrics);
  const from = points[0]?.at ?? metrics.from;
  if (metrics.totals.events === 0) {
    return (
      <Container fitHeight header={<Header variant="h3">Events delivered</Header>}>
        <Box color="text-body-secondary">No event was delivered in this time.</Box>
      </Container>
    );
  }
  const highest = Math.max(...points.map(({ events }) => events));
  return (
    <ChartCard
      title="Events delivered"
      rows={points}
      columns={[{ header: "Events", cell: (row) => count(row.events) }]}
    >
      <BarChart<string>
        ariaLabel="Events delivered"
        height={chartHeight}
        hideFilter
        hideLegend
        xScaleType="categorical"
        xDomain={points.map(({ at }) => at)}
        yDomain={[0, Math.max(4, Math.ceil(highest * 1.1))]}
        xTickFormatter={(at) => hourText(at, { zone, from })}
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
    </ChartCard>
  );
};
