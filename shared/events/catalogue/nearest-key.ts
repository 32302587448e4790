import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { eventKeyOf } from "./event-key.ts";

/** A third of the text may be wrong, up to this many characters; more would suggest unrelated keys. */
const maxTypos = 3;
const longestKeyLength = Math.max(...eventKeys.map((key) => key.length));

/** Event key that a mistyped text most likely meant; undefined when none is close. */
export const nearestEventKey = (text: string): EventKey | undefined => {
  if (text.length > longestKeyLength + maxTypos) return undefined;
  const spelling = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  const exact = eventKeyOf(spelling);
  if (exact !== undefined) return exact;

  const allowed = Math.min(maxTypos, Math.max(1, Math.floor(spelling.length / 3)));
  let nearest: EventKey | undefined;
  let smallest = allowed + 1;
  for (const key of eventKeys) {
    const distance = editDistance(spelling, key);
    if (distance < smallest) {
      nearest = key;
      smallest = distance;
    }
  }
  return nearest;
};

/** Number of single-character insertions, deletions, substitutions and swaps of neighbours between two texts. */
export const editDistance = (from: string, to: string): number => {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(previous, column) + 1,
          at(current, column - 1) + 1,
          at(previous, column - 1) + (same ? 0 : 1),
          swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
};

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
