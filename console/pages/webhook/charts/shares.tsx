import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { counted } from "#shared/text/numbers.ts";

interface SharesProps {
  readonly title: string;
  /** What the counts are of, as a column's heading. */
  readonly what: string;
  readonly noun: readonly [string, string];
  readonly counts: Readonly<Record<string, number>>;
  /** What is said without any count. */
  readonly empty: string;
  readonly nameOf?: (key: string) => string;
  /** Whether a row is a failure. */
  readonly isBad?: (key: string) => boolean;
}

const width = 100;
const height = 8;

/** Counts as a table with bars, the largest first. */
export const Shares = ({ title, what, noun, counts, empty, nameOf = (key) => key, isBad }: SharesProps) => {
  const rows = Object.entries(counts)
    .filter(([, value]) => value > 0)
    .toSorted(([, a], [, b]) => b - a);
  const sum = rows.reduce((all, [, value]) => all + value, 0);
  const most = Math.max(1, ...rows.map(([, value]) => value));
  return (
    <Container fitHeight header={<Header variant="h3">{title}</Header>}>
      {rows.length === 0 ? (
        <Box color="text-body-secondary">{empty}</Box>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className="shares" tabIndex={0} aria-label={title}>
          <table className="plain-table">
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{what}</th>
                <th scope="col">Share</th>
                <th scope="col">{noun[1]}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([key, value]) => (
                <tr key={key}>
                  <th scope="row" className="share-name">
                    {nameOf(key)}
                  </th>
                  <td className="share-bar">
                    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
                      <rect
                        className={isBad?.(key) === true ? "failed" : "plain"}
                        width={Math.max(1, (value / most) * width)}
                        height={height}
                        rx="1"
                      />
                    </svg>
                    <span className="visually-hidden">{`${Math.round((value / sum) * 100)} %`}</span>
                  </td>
                  <td className="nowrap tabular share-count">{counted(value, noun[0], noun[1])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Container>
  );
};
