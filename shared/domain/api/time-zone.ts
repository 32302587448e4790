import { RequestError } from "../errors.ts";

/** Checks a `timezone` query parameter: an IANA name. UTC when it is absent. */
export const timeZoneOf = (name: string | undefined): string => {
  if (name === undefined || name === "") return "UTC";
  try {
    // Offsets such as +02:00 are time zones for Intl, but no IANA names.
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // Falls through to the one refusal.
  }
  throw new RequestError(400, {
    message: "'timezone' must be an IANA time zone name",
    description: `Sent: ${JSON.stringify(name.slice(0, 80))}. Accepted: names such as 'UTC' or 'America/New_York'.`,
    code: "1200",
  });
};

/** A time as ISO 8601 with the offset that a time zone has at that time: `2024-03-02T10:14:55+01:00`. */
export const inTimeZone = (iso: string, timeZone: string): string => {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  });
  const parts = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second, timeZoneName = "GMT" } = parts;
  const offset = timeZoneName === "GMT" ? "+00:00" : timeZoneName.slice("GMT".length);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
};
