import type { Webhook } from "../webhook.ts";
import { type ImportEntry, nameOfEntry } from "./import-request.ts";

/** What matching looks at in a registered webhook. */
export interface Registered {
  readonly webhookId: string;
  readonly name: string;
  readonly target: string;
}

/** Entries (by position) and webhooks (by id) that could each stand for the other. */
export interface Ambiguity {
  readonly entries: readonly number[];
  readonly webhookIds: readonly string[];
}

export interface Matching {
  /** Id of the webhook that each entry stands for, by position; undefined where there is none yet. */
  readonly matches: readonly (string | undefined)[];
  /** Where it cannot be told. Nothing may be applied while there is any. */
  readonly ambiguities: readonly Ambiguity[];
}

/** What matching looks at in an entry: its name is absent when the file has none. */
interface Candidate {
  readonly position: number;
  readonly name: string | undefined;
  readonly target: string;
}

type KeyOf = (item: { readonly name: string | undefined; readonly target: string }) => string | undefined;

const byNameAndTarget: KeyOf = ({ name, target }) => (name === undefined ? undefined : JSON.stringify([name, target]));
const byName: KeyOf = ({ name }) => name;
const byTarget: KeyOf = ({ target }) => target;

/**
 * Finds the registered webhook of each entry: first those that agree in name and target, then by name, then by target. A
 * webhook stands for one entry at most, and nothing is guessed.
 */
export const matchEntries = (entries: readonly ImportEntry[], registered: readonly Registered[]): Matching => {
  const twins = findTwins(entries);
  if (twins.length > 0) return { matches: [], ambiguities: twins };
  const matches: (string | undefined)[] = entries.map(() => undefined);
  const ambiguities: Ambiguity[] = [];
  let open: readonly Candidate[] = entries.map(({ name, target }, position) => {
    return { position, name: name ?? undefined, target };
  });
  let free = registered;
  for (const keyOf of [byNameAndTarget, byName, byTarget]) {
    const freeByKey = Map.groupBy(free, keyOf);
    for (const [key, candidates] of Map.groupBy(open, keyOf)) {
      const found = key === undefined ? [] : (freeByKey.get(key) ?? []);
      const [candidate, ...otherCandidates] = candidates;
      const [webhook, ...otherWebhooks] = found;
      if (candidate === undefined || webhook === undefined) continue;
      const positions = candidates.map(({ position }) => position);
      if (otherCandidates.length === 0 && otherWebhooks.length === 0) matches[candidate.position] = webhook.webhookId;
      else ambiguities.push({ entries: positions, webhookIds: found.map(({ webhookId }) => webhookId) });
      const settled = new Set(positions);
      open = open.filter(({ position }) => !settled.has(position));
      free = free.filter((item) => !found.includes(item));
    }
  }
  return { matches, ambiguities };
};

/** Entries that would make webhooks of the same name and target, which the next run could not tell apart. */
const findTwins = (entries: readonly ImportEntry[]): readonly Ambiguity[] => {
  const numbered = entries.map((entry, position) => ({ entry, position }));
  const groups = Map.groupBy(numbered, ({ entry }) => JSON.stringify([nameOfEntry(entry), entry.target]));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ entries: group.map(({ position }) => position), webhookIds: [] }));
};

/** A webhook as matching sees it. */
export const registeredOf = ({ webhookId, name, maskedSettings }: Webhook): Registered => ({
  webhookId,
  name,
  target: maskedSettings.target,
});
