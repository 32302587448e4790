/** A webhook that something is done to, with others. */
export interface BulkSubject {
  readonly id: string;
  readonly name: string;
}

/** How it ended for one webhook; `left` was not begun. */
export type BulkOutcome<Value, Subject> =
  | { readonly kind: "done"; readonly subject: Subject; readonly value: Value }
  | { readonly kind: "failed"; readonly subject: Subject; readonly error: unknown }
  | { readonly kind: "left"; readonly subject: Subject };

/** What an error says of the API. */
interface BulkFault {
  /** Status of the answer; 0 when the API was not reached, absent when the error has nothing to do with it. */
  readonly status?: number | undefined;
  /** How long the API asks to wait before the next request. */
  readonly retryAfterMs?: number | undefined;
}

/** Something that is done to webhooks. */
interface BulkRun<Value, Subject> {
  readonly subjects: readonly Subject[];
  readonly perform: (subject: Subject) => Promise<Value>;
  /** Whether it may be done again when nobody knows whether it was done. */
  readonly isRepeatable: boolean;
  readonly faultOf: (error: unknown) => BulkFault;
  /** Once it is aborted nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each webhook as soon as it has ended, or is left alone. */
  readonly onOutcome: (outcome: BulkOutcome<Value, Subject>) => void;
  /**
   * Waits, but no longer than until the signal.
   * @default by the clock
   */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Requests at a time: the API is there for others, too. */
const concurrency = 6;
const pausesMs = [1_000, 3_000, 9_000];
/** So many in a row that the API did not take, each tried again and again: it is away, and the others would meet the same. */
const maxAwayInARow = concurrency;

/**
 * Does something to webhooks, a few at a time, each whatever became of the others. A refused key, an API that is away, or the
 * signal, leaves those alone that were not begun. Returns the error that all others would have met, too.
 */
export const runBulk = async <Value, Subject extends BulkSubject>({
  subjects,
  perform,
  isRepeatable,
  faultOf,
  signal: cancelled,
  onOutcome,
  wait = pause,
}: BulkRun<Value, Subject>): Promise<unknown> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(cancelled === undefined ? [] : [cancelled])]);
  let next = 0;
  let awayInARow = 0;
  let stoppedBy: unknown;
  /** When one request is too many, the others are, too: all of them wait. */
  let held: Promise<unknown> | undefined;

  const untilFree = async (): Promise<void> => {
    let seen: typeof held;
    do {
      seen = held;
      await seen;
    } while (seen !== held);
  };
  /** Tries again what may pass: too many requests, and, where that does no harm, faults of network and server. */
  const attempt = async (subject: Subject): Promise<Value> => {
    for (const pauseMs of pausesMs) {
      try {
        return await perform(subject);
      } catch (error) {
        if (signal.aborted) throw error;
        const fault = faultOf(error);
        if (fault.status === 429) held = Promise.all([held, wait(fault.retryAfterMs ?? pauseMs, signal)]);
        else if (isRepeatable && isAway(fault)) await wait(pauseMs, signal);
        else throw error;
        await untilFree();
        if (signal.aborted) throw error;
      }
    }
    return await perform(subject);
  };
  const outcomeOf = async (subject: Subject): Promise<BulkOutcome<Value, Subject>> => {
    try {
      const value = await attempt(subject);
      awayInARow = 0;
      return { kind: "done", subject, value };
    } catch (error) {
      // Whatever it is: the others have outcomes that must be told.
      const fault = faultOf(error);
      awayInARow = isAway(fault) ? awayInARow + 1 : 0;
      if (stoppedBy === undefined && (isRefusal(fault) || awayInARow >= maxAwayInARow)) {
        stoppedBy = error;
        stop.abort();
      }
      return { kind: "failed", subject, error };
    }
  };
  const work = async (): Promise<void> => {
    for (;;) {
      await untilFree();
      const subject = subjects[next];
      next += 1;
      if (subject === undefined) return;
      onOutcome(signal.aborted ? { kind: "left", subject } : await outcomeOf(subject));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return stoppedBy;
};

/** Whether the API was not reached, or was but could not work. */
const isAway = ({ status }: BulkFault): boolean => status !== undefined && (status === 0 || status >= 500);

const isRefusal = ({ status }: BulkFault): boolean => status === 401 || status === 403;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
