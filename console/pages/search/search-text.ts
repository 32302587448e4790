import type { EventSearch } from "#shared/contract/api/search.ts";
import { searchWaitText } from "#shared/text/missing.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { isolated } from "#shared/text/plain.ts";
import { duration, secondMs, utcTime } from "#shared/text/times.ts";

const criteriaNames = {
  id: "id",
  event_id: "event",
  message_id: "message",
  transmission_id: "transmission",
  recipient: "recipient",
  campaign_id: "campaign",
  types: "types",
  subaccount_id: "sub-account",
} as const satisfies Readonly<Record<keyof EventSearch["criteria"], string>>;

/** What is looked for, on one line. */
export const criteriaText = ({ criteria }: Pick<EventSearch, "criteria">): string =>
  Object.entries(criteriaNames)
    .flatMap(([name, label]) => {
      const value = criteria[name as keyof typeof criteriaNames];
      if (value === undefined) return [];
      return [`${label} ${typeof value === "object" ? value.join(", ") : isolated(String(value))}`];
    })
    .join(" · ");

/** The time range of a search. */
export const rangeText = ({ from, to }: EventSearch): string => `${utcTime(from)} to ${utcTime(to)}`;

/** What a running search has found, has read, and is going to read. */
export const costText = ({ bytes_read: read, estimate, matches, waits_for: wait }: EventSearch): string => {
  const waits = wait === undefined ? "" : ` · ${searchWaitText(wait)}`;
  const found = counted(matches.length, "event");
  if (estimate === undefined) return `${found} found · estimating${waits}`;
  const { records, seconds, shards } = estimate;
  const cost = `about ${count(records)} records (${bytes(estimate.bytes)}) on ${counted(shards, "shard")}`;
  return `${found} found · ${bytes(read)} read of ${cost}, ${duration(seconds * secondMs)}${waits}`;
};

/**
 * What is to be asked to look again for events that were in no batch yet: the same, among what arrived when they did. Undefined
 * when there are none, and when what was looked for is masked.
 */
export const againRequest = ({
  criteria,
  ended_at: endedAt,
  matches,
  to,
}: Pick<EventSearch, "criteria" | "ended_at" | "matches" | "to">) => {
  const waiting = matches.filter(({ webhooks }) => webhooks.some(({ missing }) => missing === "no_batch_yet"));
  const times = waiting.map(({ arrived_at: at }) => Date.parse(at));
  if (times.length === 0 || JSON.stringify(criteria).includes("***")) return undefined;
  const until = Math.min(Math.max(...times) + secondMs, Date.parse(endedAt ?? to));
  return {
    ...criteria,
    from: new Date(Math.min(...times) - secondMs).toISOString(),
    to: new Date(until).toISOString(),
  };
};

/** What the matches are worth. */
export const verdictText = (search: EventSearch): string => {
  const { from, matches, read_from: readFrom, retention_cut: isCut, state, to, truncated } = search;
  const found = matches.length === 0 ? "No such event was found." : `${counted(matches.length, "event")} found.`;
  if (truncated) return `${found} There are more: narrow the search down.`;
  if (readFrom === undefined) {
    return `${found} The search was ${state === "cancelled" ? "cancelled" : "not finished"}: not all of ${rangeText(search)} was read.`;
  }
  const kept = isCut || readFrom > from ? " The stream does not keep what came earlier." : "";
  return `${found} Everything that arrived from ${utcTime(readFrom)} to ${utcTime(to)} was read.${kept}`;
};
