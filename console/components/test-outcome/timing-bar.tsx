import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { Timings } from "#shared/contract/api/probe.ts";
import { duration } from "#shared/text/times.ts";
import { waitText } from "./wait-text.ts";

interface TimingBarProps {
  readonly timings: Timings;
  /** Whether the target has answered. */
  readonly answered: boolean;
}

const width = 600;
const barHeight = 14;

const phases = [
  { key: "dns_ms", label: "Look-up" },
  { key: "connect_ms", label: "Connect" },
  { key: "tls_ms", label: "TLS" },
  { key: "upload_ms", label: "Upload" },
  { key: "wait_ms", label: "Wait for the answer" },
] as const;

/** Where the time of a POST went, against the six seconds that a target has to answer. */
export const TimingBar = ({ timings, answered }: TimingBarProps) => {
  const parts = phases.flatMap(({ key, label }) => {
    const ms = timings[key];
    return ms === undefined ? [] : [{ key, label, ms }];
  });
  const beforeWaitMs = parts.reduce((sum, { key, ms }) => (key === "wait_ms" ? sum : sum + ms), 0);
  const limitAtMs = beforeWaitMs + answerTimeoutMs;
  const scaleMs = Math.max(limitAtMs, timings.total_ms) * 1.04;
  const x = (ms: number): number => (ms / scaleMs) * width;
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { ms }) => sum + ms, 0));
  return (
    <figure className="timing">
      <svg viewBox={`0 0 ${width} ${barHeight + 12}`} aria-hidden="true" focusable="false">
        <rect className="track" x="0" y="6" width={width} height={barHeight} />
        {parts.map(({ key, ms }, index) => (
          <rect
            key={key}
            className={`phase ${key.replace("_ms", "")}`}
            x={x(starts[index] ?? 0)}
            y="6"
            width={Math.max(1, x(ms))}
            height={barHeight}
          />
        ))}
        <line className="limit" x1={x(limitAtMs)} x2={x(limitAtMs)} y1="0" y2={barHeight + 12} />
      </svg>
      <figcaption>
        <ul className="legend">
          {parts.map(({ key, label, ms }) => (
            <li key={key}>
              <span className={`swatch ${key.replace("_ms", "")}`} />
              {`${label} ${duration(ms)}`}
            </li>
          ))}
          <li>{`Total ${duration(timings.total_ms)}`}</li>
          <li className="strong">
            <span className="swatch limit" />
            {waitText(timings.wait_ms, { answered })}
          </li>
        </ul>
      </figcaption>
    </figure>
  );
};
