/** Half of what a shard gives its readers in a second: the other half stays for `batch`. */
const maxBytesPerSecond = 1_000_000;
/** A shard answers five calls a second, and `batch` makes one. */
const minPauseMs = 500;
/**
 * An answer of 10 MB stops all reading of its shard for five seconds. This bound keeps the answer below it even when records
 * are twenty times larger than those before.
 */
const maxRecords = 400;
const targetBytes = 500_000;

/** The first read of a step, before the size of the records is known. */
export const firstReadRecords = 20;

/** How to read on after a page, so that a replay never takes the stream's throughput from live delivery. */
export const paceAfter = (page: {
  readonly records: number;
  readonly bytes: number;
}): { readonly records: number; readonly pauseMs: number } => {
  const average = page.bytes / Math.max(page.records, 1);
  return {
    records:
      page.records === 0 ? firstReadRecords : Math.min(Math.max(Math.floor(targetBytes / average), 1), maxRecords),
    pauseMs: Math.max(Math.ceil((page.bytes / maxBytesPerSecond) * 1_000), minPauseMs),
  };
};
