import { useNow } from "./use-now.ts";
import { ago, exactTime } from "../format/time.ts";
import { usePreferences } from "../shell/preferences.ts";

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
}

/** A time as the user wants times shown; the exact one on hover. */
export const Time = ({ at }: TimeProps) => {
  const { times } = usePreferences();
  const now = useNow();
  const exact = `${exactTime(at, "utc")} · local ${exactTime(at, "local")}`;
  return (
    <time dateTime={at} title={exact} className="nowrap">
      {times === "relative" ? ago(now - Date.parse(at)) : exactTime(at, times)}
    </time>
  );
};
