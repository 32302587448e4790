import type { DeliveryHour } from "../api/webhook.ts";
import { counted } from "../format/numbers.ts";

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
      {hours.map((hour, index) => {
        const up = bar(hour.delivered, mostDelivered, middle - 1);
        const down = bar(hour.failed_attempts, mostFailed, height - middle - 1);
        const x = index * step + 0.5;
        return (
          <g key={hour.at}>
            {up > 0 && <rect className="delivered" x={x} y={middle - up} width={step - 1} height={up} />}
            {down > 0 && <rect className="failed" x={x} y={middle + 1} width={step - 1} height={down} />}
          </g>
        );
      })}
    </svg>
  );
};
