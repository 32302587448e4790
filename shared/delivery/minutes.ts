import { type DeliveryFact, type DeliveryMinute, type MinutedHour, hourMs } from "./hours.ts";

export const minuteMs = 60_000;

/**
 * The counters of a minute are digits of two numbers, so that those of sixty minutes fit into the item of their hour: an item of
 * more than a kilobyte costs twice as much to write. A field of six digits holds what a webhook's share of a table, 1,000
 * writes a second, can count in a minute; the last field of a number has no bound.
 */
const fields = {
  /** Of minutes with an attempt. */
  m: [
    ["delivered", 6],
    ["events", 9],
    ["durationMs", 9],
  ],
  /** Of minutes with a failure. */
  x: [
    ["failed", 6],
    ["failedAttempts", 6],
    ["expired", 6],
  ],
} as const;

type Kind = keyof typeof fields;
const kinds: readonly Kind[] = ["m", "x"];
type Counted = Partial<Omit<DeliveryMinute, "minute">>;

const packed = (kind: Kind, counted: Counted): bigint => {
  let sum = 0n;
  let digits = 0;
  for (const [name, width] of fields[kind]) {
    sum += BigInt(Math.round(counted[name] ?? 0)) * 10n ** BigInt(digits);
    digits += width;
  }
  return sum;
};

const unpacked = (kind: Kind, sum: bigint): Counted => {
  let rest = sum;
  const counted: [string, number][] = [];
  for (const [index, [name, width]] of fields[kind].entries()) {
    const base = 10n ** BigInt(width);
    const isLast = index === fields[kind].length - 1;
    counted.push([name, Number(isLast ? rest : rest % base)]);
    rest /= base;
  }
  return Object.fromEntries(counted);
};

const countedIn = (what: DeliveryFact["what"]): Counted => {
  switch (what.kind) {
    case "delivered":
      return { delivered: 1, events: what.events, durationMs: what.durationMs };
    case "failed":
      return { failed: what.attempt === 1 ? 1 : 0, failedAttempts: 1, durationMs: what.durationMs };
    case "expired":
      return { expired: 1 };
  }
};

/** What a fact adds to the numbers of its minute, by the attributes that they are in: `m07` and `x07` in the eighth minute. */
export const minuteCounters = ({ at, what }: Pick<DeliveryFact, "at" | "what">): Readonly<Record<string, bigint>> => {
  const index = String(new Date(at).getUTCMinutes()).padStart(2, "0");
  const counted = countedIn(what);
  const sums = kinds.map((kind) => [`${kind}${index}`, packed(kind, counted)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0n));
};

const attribute = /^([mx])([0-5]\d)$/;

/** Whether an attribute counts a minute: its digits must not be added up as those of a number of JavaScript. */
export const isMinuteCounter = (name: string): boolean => attribute.test(name);

/** The minutes that an hour's item has counted, in any order. `hour` is its start, ISO 8601. */
export const minutesIn = (hour: string, item: Readonly<Record<string, unknown>>): readonly DeliveryMinute[] => {
  const found = new Map<string, Counted>();
  for (const [name, value] of Object.entries(item)) {
    const [, kind, index = ""] = attribute.exec(name) ?? [];
    if ((kind !== "m" && kind !== "x") || (typeof value !== "number" && typeof value !== "bigint")) continue;
    found.set(index, { ...found.get(index), ...unpacked(kind, BigInt(value)) });
  }
  const start = Date.parse(hour);
  return [...found].map(([index, counted]) => ({
    ...noneIn(new Date(start + Number(index) * minuteMs).toISOString()),
    ...counted,
  }));
};

const noneIn = (minute: string): DeliveryMinute => ({
  minute,
  delivered: 0,
  failed: 0,
  failedAttempts: 0,
  expired: 0,
  events: 0,
  durationMs: 0,
});

const outcomesIn = (counted: Pick<DeliveryMinute, "delivered" | "failedAttempts" | "expired">): number =>
  counted.delivered + counted.failedAttempts + counted.expired;

/**
 * From when on (Unix milliseconds) outcomes are counted by the minute, at the earliest `from`: an hour that has more of them than its
 * minutes was begun by a version that did not count minutes.
 */
export const minutesCountedFrom = (from: number, hours: readonly MinutedHour[]): number =>
  hours.reduce((since, hour) => {
    const inMinutes = hour.minutes.reduce((sum, minute) => sum + outcomesIn(minute), 0);
    if (outcomesIn(hour) <= inMinutes) return since;
    const begun = hour.minutes.map(({ minute }) => Date.parse(minute));
    return Math.max(since, Math.min(Date.parse(hour.hour) + hourMs, ...begun));
  }, from);

/** The minutes from that of one time until that of another (Unix milliseconds), oldest first, also those without traffic. */
export const minutesBetween = (
  from: number,
  until: number,
  counted: readonly DeliveryMinute[],
): readonly DeliveryMinute[] => {
  const known = new Map(counted.map((entry) => [entry.minute, entry]));
  const first = Math.floor(from / minuteMs);
  const count = Math.floor(until / minuteMs) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => {
    const minute = new Date((first + index) * minuteMs).toISOString();
    return known.get(minute) ?? noneIn(minute);
  });
};
