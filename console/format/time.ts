const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in at most two units: `47 s`, `3 min 59 s`, `1 h 12 min`. Seconds are given while they matter. */
export const duration = (ms: number): string => {
  const rest = Math.max(0, ms);
  if (rest < minuteMs) return `${Math.floor(rest / secondMs)} s`;
  if (rest < hourMs) return `${Math.floor(rest / minuteMs)} min ${Math.floor((rest % minuteMs) / secondMs)} s`;
  if (rest < dayMs) return `${Math.floor(rest / hourMs)} h ${Math.floor((rest % hourMs) / minuteMs)} min`;
  return `${Math.floor(rest / dayMs)} d ${Math.floor((rest % dayMs) / hourMs)} h`;
};

/** A length of time in one unit: `12 s`, `3 min`, `5 h`. */
export const span = (ms: number): string => {
  const rest = Math.max(0, ms);
  if (rest < minuteMs) return `${Math.floor(rest / secondMs)} s`;
  if (rest < hourMs) return `${Math.floor(rest / minuteMs)} min`;
  if (rest < dayMs) return `${Math.floor(rest / hourMs)} h`;
  return `${Math.floor(rest / dayMs)} d`;
};

/** How long ago something was: `just now`, `12 s ago`, `3 min ago`. */
export const ago = (ms: number): string => (ms < 5 * secondMs ? "just now" : `${span(ms)} ago`);

export type TimeStyle = "relative" | "local" | "utc";

const pad = (value: number): string => String(value).padStart(2, "0");

/** A time to the second, in UTC or in this machine's zone: `2026-01-02 03:04:05 UTC`. */
export const exactTime = (iso: string, zone: "local" | "utc"): string => {
  const time = new Date(iso);
  if (zone === "utc") return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${date} ${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
};
