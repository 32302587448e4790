import { countdown, minuteMs, utcTime } from "#shared/text/times.ts";
import { useNow } from "./use-now.ts";

interface CountdownProps {
  /** ISO 8601. */
  readonly to: string;
  /**
   * What is said once the time has come.
   * @default due now
   */
  readonly due?: string;
  /**
   * What stands before the time left, but not before `due`.
   * @default nothing
   */
  readonly before?: string;
  /**
   * What is counted down to. With it, a screen reader is told the time left, once a minute.
   * @default none: nothing is announced
   */
  readonly announce?: string;
}

/** The time left until an instant of the API, corrected by the server's clock. */
export const Countdown = ({ to, due = "due now", before = "", announce }: CountdownProps) => {
  const leftMs = Date.parse(to) - useNow();
  const isDue = leftMs <= 0;
  const minutes = Math.ceil(leftMs / minuteMs);
  const spoken = isDue ? due : `in ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  return (
    <>
      <time dateTime={to} title={utcTime(to)} className="nowrap tabular">
        {isDue ? due : `${before}${countdown(leftMs)}`}
      </time>
      {announce !== undefined && (
        <span className="visually-hidden" aria-live="polite">
          {`${announce} ${spoken}`}
        </span>
      )}
    </>
  );
};
