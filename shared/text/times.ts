export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * A length of time in at most two units: `84 ms`, `4.8 s`, `47 s`, `3 min 59 s`, `1 h`, `2 d 3 h`. A unit of which there is
 * nothing is left out.
 *
 * @param ms milliseconds; less than none is none
 */
export const duration = (ms: number): string => {
  const rest = Math.max(0, ms);
  if (rest < secondMs - 0.5) return `${Math.round(rest)} ms`;
  if (rest < 10 * secondMs) return `${(rest / secondMs).toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(rest / secondMs) * secondMs;
  if (whole < minuteMs) return `${whole / secondMs} s`;
  if (whole < hourMs) return inTwo([whole, minuteMs, "min"], [secondMs, "s"]);
  if (whole < dayMs) return inTwo([whole, hourMs, "h"], [minuteMs, "min"]);
  return inTwo([whole, dayMs, "d"], [hourMs, "h"]);
};

const inTwo = (
  [ms, unitMs, unit]: readonly [number, number, string],
  [lessMs, less]: readonly [number, string],
): string => {
  const rest = Math.floor((ms % unitMs) / lessMs);
  return `${Math.floor(ms / unitMs)} ${unit}${rest === 0 ? "" : ` ${rest} ${less}`}`;
};

/** A length of time in whole seconds, rounded up, for what is counted down: it reaches `0 s` when the time has come. */
export const countdown = (ms: number): string => (ms <= 0 ? "0 s" : duration(Math.ceil(ms / secondMs) * secondMs));

/** A length of time in one unit, rounded down: `12 s`, `3 min`, `5 h`, `2 d`. */
export const roughly = (ms: number): string => {
  const rest = Math.max(0, ms);
  if (rest < minuteMs) return `${Math.floor(rest / secondMs)} s`;
  if (rest < hourMs) return `${Math.floor(rest / minuteMs)} min`;
  if (rest < dayMs) return `${Math.floor(rest / hourMs)} h`;
  return `${Math.floor(rest / dayMs)} d`;
};

/** How long ago something was: `just now`, `12 s ago`, `3 min ago`. */
export const ago = (ms: number): string => (ms < 5 * secondMs ? "just now" : `${roughly(ms)} ago`);

/**
 * How far ahead a time is: `in 3 min 20 s`; `now` once it has come.
 *
 * @param iso ISO 8601
 * @param now Unix milliseconds
 */
export const timeUntil = (iso: string, now: number): string => {
  const ms = Date.parse(iso) - now;
  return ms > 0 ? `in ${duration(ms)}` : "now";
};

/** A time to the second, in UTC: `2026-01-02 03:04:05 UTC`. What is no time is given back as it is. */
export const utcTime = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
};

const pad = (value: number): string => String(value).padStart(2, "0");

/** The time of day, in UTC: `03:04:05Z`. */
export const utcClock = (iso: string): string => `${new Date(iso).toISOString().slice(11, 19)}Z`;

/** A time to the second: as `utcTime` has it, or in the time zone of the machine, `2026-01-02 04:04:05`. */
export const exactTime = (iso: string, zone: "utc" | "local"): string => {
  if (zone === "utc") return utcTime(iso);
  const at = new Date(iso);
  const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${date} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
};
