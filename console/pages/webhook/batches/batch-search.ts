import type { DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import type { BatchFilter } from "../../../api/batch-list.ts";
import { count } from "#shared/text/numbers.ts";
import { dayMs, hourMs, minuteMs, secondMs } from "#shared/text/times.ts";

type Range = DateRangePickerProps.Value;

/** What the address of the list of batches says. */
export interface BatchSearch {
  readonly states: readonly string[];
  readonly reasons: readonly string[];
  readonly range: Range | null;
  /** The batch that the split panel shows. */
  readonly batch?: string | undefined;
}

/** Time ranges that end now. */
export const relativeRanges = [
  { key: "15m", amount: 15, unit: "minute", type: "relative" },
  { key: "1h", amount: 1, unit: "hour", type: "relative" },
  { key: "4h", amount: 4, unit: "hour", type: "relative" },
  { key: "24h", amount: 24, unit: "hour", type: "relative" },
  { key: "7d", amount: 7, unit: "day", type: "relative" },
] as const satisfies readonly DateRangePickerProps.RelativeOption[];

const units: Readonly<Record<string, readonly [DateRangePickerProps.TimeUnit, number]>> = {
  s: ["second", secondMs],
  m: ["minute", minuteMs],
  h: ["hour", hourMs],
  d: ["day", dayMs],
  w: ["week", 7 * dayMs],
};
/** Units of time in which a range that ends now can be given. */
export const relativeUnits = Object.values(units).map(([unit]) => unit);
const lastPattern = /^(?<amount>[1-9]\d{0,3})(?<unit>[smhdw])$/;
const maxAmount = 9_999;

/** Whether a range can be chosen, and what to choose instead. */
export const validRange: DateRangePickerProps.ValidationFunction = (range) => {
  if (range === null) return { valid: true };
  if (range.type === "relative") {
    const { amount } = range;
    return Number.isInteger(amount) && amount >= 1 && amount <= maxAmount
      ? { valid: true }
      : { valid: false, errorMessage: `Enter a whole number from 1 to ${count(maxAmount)}.` };
  }
  if (range.startDate === "" || range.endDate === "") return { valid: false, errorMessage: "Choose both ends." };
  return Date.parse(range.startDate) < Date.parse(range.endDate)
    ? { valid: true }
    : { valid: false, errorMessage: "The start must be before the end." };
};

const rangeOf = (parameters: URLSearchParams): Range | null => {
  const { amount, unit } = lastPattern.exec(parameters.get("last") ?? "")?.groups ?? {};
  const name = units[unit ?? ""]?.[0];
  if (amount !== undefined && name !== undefined) return { type: "relative", amount: Number(amount), unit: name };
  const [startDate, endDate] = [parameters.get("from"), parameters.get("to")];
  if (startDate === null || endDate === null) return null;
  return Number.isNaN(Date.parse(startDate)) || Number.isNaN(Date.parse(endDate))
    ? null
    : { type: "absolute", startDate, endDate };
};

const listOf = (text: string | null): readonly string[] => (text ?? "").split(",").filter((word) => word !== "");

/** Reads an address's search: `state=retrying,parked&reason=http_5xx&last=1h&batch=…`. */
export const readBatchSearch = (search: string): BatchSearch => {
  const parameters = new URLSearchParams(search);
  return {
    states: listOf(parameters.get("state")),
    reasons: listOf(parameters.get("reason")),
    range: rangeOf(parameters),
    batch: parameters.get("batch") ?? undefined,
  };
};

const letterOf = (unit: DateRangePickerProps.TimeUnit): string | undefined =>
  Object.entries(units).find(([, [name]]) => name === unit)?.[0];

/** The search of an address, with its question mark; empty when nothing is chosen. */
export const batchSearchText = ({ states, reasons, range, batch }: BatchSearch): string => {
  const parameters = new URLSearchParams();
  if (states.length > 0) parameters.set("state", states.join(","));
  if (reasons.length > 0) parameters.set("reason", reasons.join(","));
  if (range?.type === "relative") parameters.set("last", `${range.amount}${letterOf(range.unit) ?? "h"}`);
  if (range?.type === "absolute") {
    parameters.set("from", range.startDate);
    parameters.set("to", range.endDate);
  }
  if (batch !== undefined) parameters.set("batch", batch);
  const text = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
};

const timesOf = (range: Range | null, now: number): Pick<BatchFilter, "from" | "to"> => {
  if (range === null) return {};
  if (range.type === "absolute") {
    return { from: new Date(range.startDate).toISOString(), to: new Date(range.endDate).toISOString() };
  }
  const unitMs = units[letterOf(range.unit) ?? "h"]?.[1] ?? 0;
  return { from: new Date(now - range.amount * unitMs).toISOString() };
};

/** What an address's search asks the API for. */
export const batchFilterOf = (search: string, now: number): BatchFilter => {
  const { states, reasons, range } = readBatchSearch(search);
  return { states, reasons, ...timesOf(range, now) };
};
