import { editDistance } from "./edit-distance.ts";
import { eventKeyOf } from "./event-key-of.ts";
import { type EventKey, eventKeys } from "./event-key.ts";

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
