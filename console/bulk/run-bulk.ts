/** A webhook that something is done to, with others. */
export interface BulkSubject {
  readonly id: string;
  readonly name: string;
  /** Of a recovery: batches that were created before, ISO 8601. */
  readonly until?: string;
}

export interface BulkFailure {
  readonly subject: BulkSubject;
  readonly error: unknown;
}

/** How what was done to one webhook has ended. */
export type BulkStep<Value> = { readonly subject: BulkSubject; readonly value: Value } | BulkFailure;

interface BulkRun<Value> {
  readonly subjects: readonly BulkSubject[];
  readonly perform: (subject: BulkSubject) => Promise<Value>;
  /** What may pass by itself is tried again after a while. */
  readonly mayPass: (error: unknown) => boolean;
  /** What all the others would meet, too, such as a key that was revoked, ends the run. */
  readonly endsAll: (error: unknown) => boolean;
  readonly wait: (ms: number) => Promise<void>;
  readonly isCancelled: () => boolean;
  readonly onStep: (step: BulkStep<Value>) => void;
}

/** Requests at a time: the API is there for others, too. */
const concurrency = 6;
const pausesMs = [1_000, 3_000, 9_000];

/**
 * Does something to webhooks, a few at a time, each whatever became of the others. Returns those that were not tried: all
 * that were left when the run was cancelled or made no sense any more.
 */
export const runBulk = async <Value>(run: BulkRun<Value>): Promise<readonly BulkSubject[]> => {
  let next = 0;
  let isOver = false;
  const goesOn = (): boolean => !isOver && !run.isCancelled();

  const attempt = async (subject: BulkSubject): Promise<BulkStep<Value>> => {
    for (const pauseMs of [...pausesMs, undefined]) {
      try {
        return { subject, value: await run.perform(subject) };
      } catch (error) {
        if (run.endsAll(error)) isOver = true;
        if (pauseMs === undefined || !run.mayPass(error) || !goesOn()) return { subject, error };
        await run.wait(pauseMs);
      }
    }
    throw new Error("The last attempt returns.");
  };
  const work = async (): Promise<void> => {
    while (goesOn()) {
      const subject = run.subjects[next];
      next += 1;
      if (subject === undefined) return;
      run.onStep(await attempt(subject));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return run.subjects.slice(next);
};
