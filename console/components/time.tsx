import { ago, countdown, exactTime, minuteMs, roughly, utcTime } from "#shared/text/times.ts";
import { usePreferences } from "../shell/preferences.ts";
import { useSyncExternalStore } from "react";
import { serverNow } from "../api/clock.ts";

interface InstantProps {
  /** ISO 8601. */
  readonly at: string;
}

interface TimeProps extends InstantProps {
  /**
   * Whether the time is shown exactly even to a user who wants to be told how long ago: for times to come.
   * @default false
   */
  readonly exact?: boolean;
}

/** A time as the user wants times shown; the exact one on hover. */
export const Time = ({ at, exact: isExact = false }: TimeProps) => {
  const { times: chosen } = usePreferences();
  const times = isExact && chosen === "relative" ? "local" : chosen;
  const now = useNow();
  const exact = `${utcTime(at)} · local ${exactTime(at, "local")}`;
  return (
    <time dateTime={at} title={exact} className="nowrap">
      {times === "relative" ? ago(now - Date.parse(at)) : exactTime(at, times)}
    </time>
  );
};

/** Since when something holds: "for 3 min", or "since" the exact time. */
export const Since = ({ at }: InstantProps) => {
  const { times } = usePreferences();
  const now = useNow();
  if (times !== "relative") {
    return (
      <>
        since <Time at={at} />
      </>
    );
  }
  return (
    <time dateTime={at} title={`since ${utcTime(at)}`} className="nowrap">
      {`for ${roughly(now - Date.parse(at))}`}
    </time>
  );
};

const tickMs = 1_000;
let lastTick = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    lastTick = serverNow();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

const read = (): number => {
  // Without a running clock the last tick may be long ago. What is read twice in a row must be the same.
  if (timer === undefined && Math.abs(serverNow() - lastTick) > tickMs) lastTick = serverNow();
  return lastTick;
};

/** Now by the server's clock, anew every second; one timer serves the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, read);

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
