import type { ReactNode } from "react";
import { exactTime } from "#shared/text/times.ts";
import { usePreferences } from "../../../shell/preferences.ts";
import { ChartCard } from "./chart-card.tsx";
import { type ChartPoint, pointText, type TimeRange } from "./chart-points.ts";

/** What a chart over time shows. */
export interface TimeChartProps {
  readonly points: readonly ChartPoint[];
  readonly range: TimeRange;
}

interface TimeChartCardProps extends TimeChartProps {
  readonly title: string;
  readonly columns: readonly { readonly header: string; readonly cell: (point: ChartPoint) => string }[];
  /** The chart, with what it needs of its axis of time. */
  readonly children: (axis: {
    readonly xScaleType: "categorical";
    readonly xDomain: readonly string[];
    readonly xTickFormatter: (at: string) => string;
  }) => ReactNode;
}

/** A chart over a range of time: every chart of a page has the same axis. The table has the newest first. */
export const TimeChartCard = ({ title, columns, points, range, children }: TimeChartCardProps) => {
  const { times: zone } = usePreferences();
  return (
    <ChartCard<ChartPoint>
      title={title}
      rows={points.toReversed()}
      rowHeader={{
        header: "From",
        cell: ({ at }) => exactTime(at, zone === "utc" ? "utc" : "local").replace(/:\d\d( UTC)?$/, "$1"),
      }}
      columns={columns}
    >
      {children({
        xScaleType: "categorical",
        xDomain: points.map(({ at }) => at),
        xTickFormatter: (at) => pointText(at, { zone, range }),
      })}
    </ChartCard>
  );
};
