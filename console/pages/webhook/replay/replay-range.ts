import type { DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import { dayMs, hourMs, minuteMs, secondMs } from "#shared/text/times.ts";

/** Hours that the stream keeps events, unless a deployment sets it otherwise. */
export const usualRetentionHours = 24;

/** Time ranges up to now. The longest leaves the stream's end out, where records go while they are read. */
export const replayRanges = [
  { key: "15m", amount: 15, unit: "minute", type: "relative" },
  { key: "1h", amount: 1, unit: "hour", type: "relative" },
  { key: "6h", amount: 6, unit: "hour", type: "relative" },
  { key: "23h", amount: usualRetentionHours - 1, unit: "hour", type: "relative" },
] as const satisfies readonly DateRangePickerProps.RelativeOption[];

const unitMs: Readonly<Record<DateRangePickerProps.TimeUnit, number>> = {
  second: secondMs,
  minute: minuteMs,
  hour: hourMs,
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  year: 365 * dayMs,
};

/** The two ends of a range, in UTC. Both are fixed now, so that what is counted is what is sent. */
export const endsOf = (
  range: DateRangePickerProps.Value,
  now: number,
): { readonly from: string; readonly to: string } =>
  range.type === "absolute"
    ? { from: new Date(range.startDate).toISOString(), to: new Date(range.endDate).toISOString() }
    : { from: new Date(now - range.amount * unitMs[range.unit]).toISOString(), to: new Date(now).toISOString() };

/** Why a range cannot be replayed; the API decides about how long events are kept. */
export const rangeProblem = (range: DateRangePickerProps.Value | null, now: number): string | undefined => {
  if (range === null) return "Choose a time range.";
  if (range.type === "relative") return range.amount > 0 ? undefined : "Choose a time range.";
  if (range.startDate === "" || range.endDate === "") return "Choose both ends.";
  const { from, to } = endsOf(range, now);
  if (from >= to) return "The start must be before the end.";
  return Date.parse(to) > now ? "The end must not be in the future." : undefined;
};
