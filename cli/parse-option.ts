import { InvalidArgumentError } from "commander";
import { dayMs, hourMs, minuteMs, secondMs } from "#shared/text/times.ts";

/** Parses an option whose value is a whole number. */
export const wholeNumber =
  ({ from, to }: { readonly from: number; readonly to: number }) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };

const unitMs = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs } as const;

const durationMs = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * unitMs[unit as keyof typeof unitMs];
};

/** Parses an option whose value is a duration, such as 30s; in milliseconds. */
export const duration = (text: string): number => {
  const found = durationMs(text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError("It must be a duration, such as 30s, 5m, 2h or 1d.");
};

/** Parses an option whose value is a time, or how long ago it was; as ISO 8601. */
export const time = (text: string): string => {
  const agoMs = durationMs(text);
  const at = agoMs === undefined ? Date.parse(text) : Date.now() - agoMs;
  if (/^\d{4}-\d{2}-\d{2}/.test(text) || agoMs !== undefined) {
    if (!Number.isNaN(at)) return new Date(at).toISOString();
  }
  throw new InvalidArgumentError("It must be a time, such as 2026-01-02T03:04:05Z, or how long ago: 30s, 5m, 2h, 1d.");
};

/** Parses a comma-separated list. */
export const list = (text: string): readonly string[] => {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length > 0) return items;
  throw new InvalidArgumentError("It must be a comma-separated list.");
};

/** Parses an option of the form KEY=VALUE that may come several times. */
export const pairs = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must have the form NAME=VALUE.");
  return { ...before, [name.trim()]: value };
};
