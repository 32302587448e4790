import { answerTimeoutMs } from "#shared/contract/limits.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { ChartCard } from "./chart-card.tsx";
import { headroomText, isBeyond, type Slot } from "./headroom-text.ts";

interface LatencyHistogramProps {
  readonly slots: readonly Slot[];
}

const slotWidth = 30;
const height = 130;
/** Below the bars stand the bounds of every third slot. */
const namesHeight = 20;

/** How many attempts took how long, with the wall that a target's answer must not pass. */
export const LatencyHistogram = ({ slots }: LatencyHistogramProps) => {
  const most = Math.max(1, ...slots.map((slot) => slot.count));
  const wall = slots.filter((slot) => !isBeyond(slot)).length * slotWidth;
  const width = slots.length * slotWidth;
  return (
    <ChartCard<Slot>
      title="Attempts by latency"
      rows={slots}
      rowHeader={{ header: "Up to", cell: ({ le_ms: ms }) => duration(ms) }}
      columns={[{ header: "Attempts", cell: (slot) => count(slot.count) }]}
    >
      <figure className="latency-histogram">
        <svg viewBox={`0 0 ${width} ${height + namesHeight}`} role="img" aria-label={headroomText(slots)}>
          {slots.map((slot, index) => {
            const bar = (slot.count / most) * (height - 14);
            return (
              <g key={slot.le_ms}>
                <title>{`up to ${duration(slot.le_ms)}: ${counted(slot.count, "attempt")}`}</title>
                <rect className="track" x={index * slotWidth + 2} y={height - 1} width={slotWidth - 4} height="1" />
                <rect
                  className={isBeyond(slot) ? "failed" : "plain"}
                  x={index * slotWidth + 2}
                  y={height - bar}
                  width={slotWidth - 4}
                  height={bar}
                />
                {index % 3 === 2 && (
                  <text x={(index + 1) * slotWidth} y={height + 16} textAnchor="middle">
                    {duration(slot.le_ms)}
                  </text>
                )}
              </g>
            );
          })}
          <line className="limit" x1={wall} x2={wall} y1="0" y2={height} />
          <text className="strong" x={wall - 6} y="12" textAnchor="end">
            {`Limit ${duration(answerTimeoutMs)}`}
          </text>
        </svg>
        <figcaption>{headroomText(slots)}</figcaption>
      </figure>
    </ChartCard>
  );
};
