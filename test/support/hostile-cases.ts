/** Which value of the list is tried where: all in every place, or a sample that leaves no value and no place out. */
import { seed } from "./seed.ts";

/** Deterministic numbers from 0 to 1 (mulberry32). */
const randomOf = (start: number) => {
  let state = start;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

/** Whether every value is tried in every place. */
export const isFull = process.env["HOSTILE"] === "full";
/** For titles of tests. */
export const sampleTitle = isFull ? `every value in every place, seed ${seed}` : `a sample of seed ${seed}`;

/** Pairs of a place and a value: the whole product, or a sample of it. */
export const pairsOf = <Place, Value>(
  places: readonly Place[],
  values: readonly Value[],
  rounds?: number,
): readonly (readonly [Place, Value])[] =>
  isFull
    ? places.flatMap((place) => values.map((value) => [place, value] as const))
    : samplePairs(places, values, rounds);

/**
 * Pairs in which each place and each value comes in turn, shuffled anew in each round.
 *
 * @param rounds how often the longer of the two lists is gone through
 */
export const samplePairs = <Place, Value>(
  places: readonly Place[],
  values: readonly Value[],
  rounds = 1,
): readonly (readonly [Place, Value])[] => {
  const random = randomOf(seed);
  const length = Math.max(places.length, values.length);
  return Array.from({ length: rounds }, () => {
    const [first, second] = [shuffled(places, random), shuffled(values, random)];
    return Array.from({ length }, (_, n): readonly (readonly [Place, Value])[] => {
      const [place, value] = [first[n % first.length], second[n % second.length]];
      return place === undefined || value === undefined ? [] : [[place, value]];
    }).flat();
  }).flat();
};
