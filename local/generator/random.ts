/** Source of repeatable pseudo-random choices. Not for secrets. */
export interface Random {
  /** Number in [0, 1). */
  readonly fraction: () => number;
  /** Whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <Items extends readonly [unknown, ...unknown[]]>(items: Items) => Items[number];
}

/** Spreads neighbouring seeds over the 32-bit range; odd multipliers keep different seeds different. */
export const scramble = (seed: number): number => Math.imul(seed >>> 0, 0x9e37_79b1) >>> 0;

/** Xorshift generator: the same seed gives the same choices on every machine. */
export const createRandom = (seed: number): Random => {
  // Zero is the one state that xorshift never leaves.
  let state = scramble(seed) || 1;
  const fraction = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    integer,
    chance: (probability) => fraction() < probability,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0],
  };
};

/** Event ids of one run: decimal, different within the run and between runs of different 32-bit seeds. */
export const eventIdOf = (seed: number, index: number): string =>
  `${10_000_000_000 + scramble(seed)}${String(index).padStart(7, "0")}`;
