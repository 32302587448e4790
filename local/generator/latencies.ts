/** Latencies, kept in slots that are two per cent wide. */
export interface Latencies {
  readonly add: (ms: number) => void;
  /** What a share, from 0 to 1, of the latencies does not exceed; undefined without any. */
  readonly percentile: (share: number) => number | undefined;
}

const growth = Math.log(1.02);

/** Collects latencies; what is below a millisecond counts as one. */
export const createLatencies = (): Latencies => {
  const slots: number[] = [];
  let total = 0;
  return {
    add: (ms) => {
      const slot = Math.ceil(Math.log(Math.max(1, ms)) / growth);
      slots[slot] = (slots[slot] ?? 0) + 1;
      total += 1;
    },
    percentile: (share) => {
      if (total === 0) return undefined;
      let below = 0;
      // Slots without latencies are holes, which `entries` yields as undefined.
      for (const [slot, count] of slots.entries() as IterableIterator<[number, number | undefined]>) {
        below += count ?? 0;
        if (below >= share * total && below > 0) return Math.round(Math.exp(slot * growth));
      }
      return undefined;
    },
  };
};
