/** Remembers the batches that are done. Share one between all processes of a receiver. */
export interface BatchStore {
  /** Whether the batch is done. */
  readonly has: (batchId: string) => boolean | Promise<boolean>;
  /**
   * Marks the batch as done. A batch may come again until four hours after the stream has dropped its events: keep the mark for
   * 28 hours with the default retention.
   */
  readonly add: (batchId: string) => void | Promise<void>;
}

/** Runs `write` unless the batch is done. Rejects as `write` or the store does. */
export type Once = (batchId: string, write: () => void | Promise<void>) => Promise<"done" | "duplicate">;

/**
 * Drops duplicates by batch id. A batch is done once `write` has succeeded, so that what fails comes again. A duplicate that
 * arrives meanwhile waits for the first one, in this process; another process would write it, too: key what you write by
 * the batch id where that matters.
 */
export const dedupe = (store: BatchStore): Once => {
  const running = new Map<string, Promise<unknown>>();
  const attempt = async (batchId: string, write: () => void | Promise<void>): Promise<"done" | "duplicate"> => {
    if (await store.has(batchId)) return "duplicate";
    await write();
    await store.add(batchId);
    return "done";
  };
  return async (batchId, write) => {
    for (let first = running.get(batchId); first !== undefined; first = running.get(batchId)) {
      await first.catch(() => undefined);
    }
    const result = attempt(batchId, write).finally(() => running.delete(batchId));
    running.set(batchId, result);
    return await result;
  };
};
