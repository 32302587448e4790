import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useState } from "react";
import { dayMs, exactTime } from "#shared/text/times.ts";
import { type TimeStyle, usePreferences } from "../../../shell/preferences.ts";

interface ChartCardProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Columns of the table that says the same as the chart. */
  readonly columns: readonly { readonly header: string; readonly cell: (row: Row) => string }[];
  readonly children: ReactNode;
}

/** A chart, and on demand the same figures as a table. */
export const ChartCard = <Row extends { readonly at: string }>({
  title,
  rows,
  columns,
  children,
}: ChartCardProps<Row>) => {
  const [view, setView] = useState<"chart" | "table">("chart");
  const other = view === "chart" ? "table" : "chart";
  const { times } = usePreferences();
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h3"
          actions={
            <Button variant="inline-link" ariaLabel={`${title}: show as ${other}`} onClick={() => setView(other)}>
              {`Show as ${other}`}
            </Button>
          }
        >
          {title}
        </Header>
      }
    >
      {view === "chart" ? (
        children
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className="chart-table" tabIndex={0} aria-label={`${title} by the hour`}>
          <table className="plain-table tabular">
            <thead>
              <tr>
                <th scope="col">Hour from</th>
                {columns.map(({ header }) => (
                  <th key={header} scope="col">
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.toReversed().map((row) => (
                <tr key={row.at}>
                  <th scope="row" className="nowrap">
                    {exactTime(row.at, times === "utc" ? "utc" : "local").replace(/:\d\d( UTC)?$/, "$1")}
                  </th>
                  {columns.map(({ header, cell }) => (
                    <td key={header}>{cell(row)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Container>
  );
};

const pad = (value: number): string => String(value).padStart(2, "0");

/** Names an hour under a chart, with its day where the chart is longer than one. */
export const hourText = (at: string, { zone, from }: { readonly zone: TimeStyle; readonly from: string }): string => {
  const time = new Date(at);
  const isUtc = zone === "utc";
  const hour = pad(isUtc ? time.getUTCHours() : time.getHours());
  if (Date.now() - Date.parse(from) < 1.5 * dayMs) return `${hour}:00`;
  const day = time.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(isUtc ? { timeZone: "UTC" } : {}),
  });
  return `${day} ${hour}:00`;
};
