import { InvalidArgumentError } from "commander";
import { hourMs, minuteMs, secondMs } from "#shared/text/times.ts";

/** Reads a whole number in a range. */
export const wholeNumber =
  (what: string, from: number, to: number) =>
  (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be ${what} from ${from} to ${to}.`);
  };

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: secondMs, m: minuteMs, h: hourMs };

/** Reads a length of time such as 500ms, 7s, 1.5m or 2h; a bare number is in seconds. */
export const durationMs = (text: string): number => {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number !== undefined) return Math.round(Number(number) * (unitsMs[unit] ?? 1));
  throw new InvalidArgumentError("It must be a length of time such as 30s, 5m or 1h.");
};
