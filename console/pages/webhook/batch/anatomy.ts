import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";

/** Types that have a colour of their own; the others share one. */
const maxTypes = 7;

export interface TypePart {
  readonly label: string;
  readonly events: number;
}

/** Event types by their number, the most frequent first; the rare ones together. */
export const typeParts = (types: Readonly<Record<string, number>>): readonly TypePart[] => {
  const all = Object.entries(types)
    .toSorted(([, a], [, b]) => b - a)
    .map(([label, events]) => ({ label, events }));
  if (all.length <= maxTypes) return all;
  const others = all.slice(maxTypes - 1);
  return [
    ...all.slice(0, maxTypes - 1),
    { label: `${others.length} other types`, events: others.reduce((sum, { events }) => sum + events, 0) },
  ];
};

type Formed = Pick<
  BatchWithAttempts,
  "events" | "bytes" | "closed_by" | "closed_at" | "created_at" | "batch_size" | "split_from" | "uncut"
>;

/** How long a batch was collected; undefined when it is not known. */
export const ageMs = ({ closed_at: closedAt, created_at: createdAt }: Formed): number | undefined =>
  closedAt === undefined ? undefined : Math.max(0, Date.parse(closedAt) - Date.parse(createdAt));

/**
 * Share of the window that a batch was collected for: all of it when the window's end closed it.
 *
 * @param windowSeconds the longest that the system collects
 */
export const ageShare = (batch: Formed, windowSeconds: number): number | undefined => {
  if (batch.closed_by === "window") return 1;
  const age = ageMs(batch);
  return age === undefined ? undefined : Math.min(1, age / (windowSeconds * 1_000));
};

/** What closed a batch, in a sentence. */
export const closedText = (batch: Formed): string => {
  const age = ageMs(batch);
  const after = age === undefined ? "" : ` after ${duration(age)}`;
  const ended = age === undefined ? "" : `, which ended${after},`;
  if (batch.uncut === true) return "What is left of a window: it goes out in several batches, one after the other.";
  if (batch.closed_by === undefined) return "What closed it was not recorded.";
  switch (batch.closed_by) {
    case "count":
      return `Full: it has the ${counted(batch.batch_size ?? batch.events, "event")} that a batch may have. The window${ended} had more.`;
    case "bytes":
      return `Full: with another event of the window its ${bytes(batch.bytes)} would have been too large. The window${ended} had more.`;
    case "window":
      return `The window ended${after}, with ${count(batch.events)} of at most ${counted(batch.batch_size ?? batch.events, "event")}.`;
    case "split":
      return "The target found a larger batch too large: this is a part of it.";
  }
};
