import type { BatchStore } from "./dedupe.ts";

/** Remembers the last batches of this process, and forgets all of them when it ends. */
export const memoryStore = ({ maxBatches = 100_000 }: { readonly maxBatches?: number } = {}): BatchStore => {
  const ids = new Set<string>();
  return {
    has: (batchId) => ids.has(batchId),
    add: (batchId) => {
      ids.add(batchId);
      if (ids.size <= maxBatches) return;
      for (const oldest of ids) {
        ids.delete(oldest);
        break;
      }
    },
  };
};
