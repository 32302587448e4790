import type { DeliveryHour } from "#shared/contract/api/summary.ts";
import { counted } from "#shared/text/numbers.ts";

interface SparklineProps {
  readonly hours: readonly DeliveryHour[];
}

const width = 120;
const height = 32;
/** Delivered batches rise from the middle line, failed attempts and expired batches hang from it. */
const middle = 21;

/** Deliveries of the last hours at a glance; its label says the same in words. */
export const Sparkline = ({ hours }: SparklineProps) => {
  const delivered = hours.reduce((sum, hour) => sum + hour.delivered, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed_attempts, 0);
  const label = `Last ${hours.length} hours: ${counted(delivered, "batch", "batches")} delivered, ${counted(failed, "attempt")} failed`;
  const mostDelivered = Math.max(1, ...hours.map((hour) => hour.delivered));
  const mostFailed = Math.max(1, ...hours.map((hour) => hour.failed_attempts));
  const step = width / Math.max(1, hours.length);
  const bar = (value: number, most: number, room: number): number =>
    value === 0 ? 0 : 2 + (value / most) * (room - 2);
  // Two paths instead of an element for each hour: the list may show a hundred sparklines.
  const path = (heightOf: (hour: DeliveryHour) => number, direction: 1 | -1): string =>
    hours
      .map((hour, index) => {
        const tall = heightOf(hour);
        if (tall === 0) return "";
        const x = (index * step + 0.5).toFixed(1);
        return `M${x} ${middle + direction * 0.5}h${(step - 1).toFixed(1)}v${(direction * tall).toFixed(1)}h${(1 - step).toFixed(1)}z`;
      })
      .join("");
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
      <path className="delivered" d={path((hour) => bar(hour.delivered, mostDelivered, middle - 1), -1)} />
      <path className="failed" d={path((hour) => bar(hour.failed_attempts, mostFailed, height - middle - 1), 1)} />
    </svg>
  );
};
