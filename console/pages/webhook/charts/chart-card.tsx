import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useState } from "react";

interface ChartCardProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Names a row in the table, and tells it from the others. */
  readonly rowHeader: { readonly header: string; readonly cell: (row: Row) => string };
  /** Columns of the table that says the same as the chart. */
  readonly columns: readonly { readonly header: string; readonly cell: (row: Row) => string }[];
  readonly children: ReactNode;
}

/** A chart, and on demand the same figures as a table. */
export const ChartCard = <Row,>({ title, rows, rowHeader, columns, children }: ChartCardProps<Row>) => {
  const [view, setView] = useState<"chart" | "table">("chart");
  const other = view === "chart" ? "table" : "chart";
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
        <section className="chart-table" tabIndex={0} aria-label={`${title} as a table`}>
          <table className="plain-table tabular">
            <thead>
              <tr>
                <th scope="col">{rowHeader.header}</th>
                {columns.map(({ header }) => (
                  <th key={header} scope="col">
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={rowHeader.cell(row)}>
                  <th scope="row" className="nowrap">
                    {rowHeader.cell(row)}
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
