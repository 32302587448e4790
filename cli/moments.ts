/** A time as people read it, to the second and in UTC. */
export const moment = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
};

/** The time of day in the time zone of the machine. */
export const clock = (iso: string): string => new Date(iso).toLocaleTimeString("en-GB", { hour12: false });

/** How long something takes: `4.2 s`, `3 min 20 s`, `3 h 59 min`. */
export const span = (ms: number): string => {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** How far ahead or how long ago a time is. */
export const relative = (iso: string, now = Date.now()): string => {
  const ms = Date.parse(iso) - now;
  return ms >= 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
};

/** A number with its thousands apart. */
export const grouped = (number: number): string => number.toLocaleString("en-GB");

/** A number and what it counts. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`;
