import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { counted } from "#shared/text/numbers.ts";

interface SparklineProps {
  /** Numbers of the last 24 hours; absent when nothing happened in them. */
  readonly hours: WebhookRow["hours"];
}

const width = 96;
const height = 32;
/** Delivered batches rise from the middle line, failed attempts hang from it. */
const middle = 21;

/** Deliveries of the last hours at a glance; its label says the same in words. */
export const Sparkline = ({ hours }: SparklineProps) => {
  const { delivered = [], failed_attempts: failed = [] } = hours ?? {};
  const label = `Last 24 hours: ${counted(sumOf(delivered), "batch", "batches")} delivered, ${counted(sumOf(failed), "attempt")} failed`;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <line className="axis" x1="0" x2={width} y1={middle} y2={middle} />
      <path className="delivered" d={bars(delivered, middle - 1, -1)} />
      <path className="failed" d={bars(failed, height - middle - 1, 1)} />
    </svg>
  );
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** One path instead of an element for each hour: the list may show a hundred sparklines. */
const bars = (numbers: readonly number[], room: number, direction: 1 | -1): string => {
  const most = Math.max(1, ...numbers);
  const step = width / Math.max(1, numbers.length);
  return numbers
    .map((number, index) => {
      if (number === 0) return "";
      const tall = 2 + (number / most) * (room - 2);
      const x = (index * step + 0.5).toFixed(1);
      return `M${x} ${middle + direction * 0.5}h${(step - 1).toFixed(1)}v${(direction * tall).toFixed(1)}h${(1 - step).toFixed(1)}z`;
    })
    .join("");
};
