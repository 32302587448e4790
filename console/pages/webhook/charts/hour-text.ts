import { dayMs } from "#shared/text/times.ts";
import type { TimeStyle } from "../../../shell/preferences.ts";

const pad = (value: number): string => String(value).padStart(2, "0");

/** Names an hour under a chart, with its day where the chart is longer than one. */
export const hourText = (at: string, { zone, from }: { readonly zone: TimeStyle; readonly from: string }): string => {
  const time = new Date(at);
  const isUtc = zone === "utc";
  const hour = pad(isUtc ? time.getUTCHours() : time.getHours());
  if (Date.now() - Date.parse(from) < 1.5 * dayMs) return `${hour}:00`;
  const day = time.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(isUtc ? { timeZone: "UTC" } : {}),
  });
  return `${day} ${hour}:00`;
};
