import { ago, exactTime, roughly, utcTime } from "#shared/text/times.ts";
import { usePreferences } from "../shell/preferences.ts";
import { useNow } from "./use-now.ts";

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
