import Box from "@cloudscape-design/components/box";
import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { duration } from "#shared/text/times.ts";

interface LatencyBarsProps {
  readonly totals: Pick<WebhookMetrics["totals"], "p50_ms" | "p95_ms" | "p99_ms">;
}

const width = 100;
const height = 12;
const longestMs = 30_000;

/** Place on a scale where each step is ten times the one before. */
const x = (ms: number): number => (Math.log10(Math.max(1, ms)) / Math.log10(longestMs)) * width;

/** Latency where there is not yet enough of it for a line. */
export const LatencyBars = ({ totals }: LatencyBarsProps) => {
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
