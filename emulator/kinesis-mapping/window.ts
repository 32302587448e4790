/** When a window closes: whichever limit is met first. */
export interface WindowLimits {
  readonly windowMs: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Lambda passes at most 6 MB to a function; AWS does not say which megabyte, so the smaller one counts. */
export const maxWindowBytes = 6_000_000;

/** Bytes around the records: `{"Records":[` and `]}`. */
const envelopeBytes = 14;

/** What one look at the records in hand says: invoke with the first `count`, or go on waiting. */
export type WindowDecision =
  | { readonly kind: "close"; readonly count: number }
  | { readonly kind: "wait"; readonly forMs: number };

interface WindowState {
  /** Bytes of each record in hand as the function would get it, oldest first. */
  readonly recordBytes: readonly number[];
  /** When the window opened, with its first record. */
  readonly openedAt: number;
  readonly now: number;
}

/** Number of records from the front that fit one invocation; a record that is too large by itself goes alone. */
const fitting = (recordBytes: readonly number[], { maxRecords, maxBytes }: WindowLimits): number => {
  let bytes = envelopeBytes;
  let count = 0;
  for (const size of recordBytes) {
    const separatorBytes = count === 0 ? 0 : 1;
    if (count === maxRecords || (count > 0 && bytes + separatorBytes + size > maxBytes)) break;
    bytes += separatorBytes + size;
    count += 1;
  }
  return count;
};

/** Decides whether a window closes, by time, by number of records, or by size. */
export const decideWindow = ({ recordBytes, openedAt, now }: WindowState, limits: WindowLimits): WindowDecision => {
  const count = fitting(recordBytes, limits);
  if (count === 0) return { kind: "wait", forMs: limits.windowMs };
  const forMs = openedAt + limits.windowMs - now;
  const isFull = count < recordBytes.length || count === limits.maxRecords;
  return isFull || forMs <= 0 ? { kind: "close", count } : { kind: "wait", forMs };
};

interface FetchState {
  readonly recordsInHand: number;
  readonly bytesInHand: number;
  /** Mean size of the records seen last; undefined at first. */
  readonly meanRecordBytes: number | undefined;
}

/** Records to ask for at first, when their size is unknown. */
const firstFetch = 100;

/**
 * How many records to ask for: enough to fill the window. The emulator answers without the 10 MB limit of GetRecords,
 * so that asking for 10,000 large records could yield gigabytes.
 */
export const fetchLimit = (
  { recordsInHand, bytesInHand, meanRecordBytes }: FetchState,
  limits: WindowLimits,
): number => {
  if (meanRecordBytes === undefined) return Math.min(firstFetch, limits.maxRecords);
  const bySize = Math.ceil((limits.maxBytes - bytesInHand) / meanRecordBytes) + 1;
  return Math.max(1, Math.min(bySize, limits.maxRecords - recordsInHand + 1, 10_000));
};
