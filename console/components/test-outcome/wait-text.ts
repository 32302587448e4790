import { answerTimeoutMs } from "#shared/contract/limits.ts";
import { duration } from "#shared/text/times.ts";

const limit = duration(answerTimeoutMs);

/** How long a target was waited for, in milliseconds, against what it has. */
export const waitText = (waitMs: number | undefined, { answered }: { readonly answered: boolean }): string => {
  if (waitMs === undefined) return `Limit of the answer: ${limit}`;
  if (answered) return `Answered after ${duration(waitMs)} of ${limit}`;
  // A timer may end up to a millisecond early by the clock that measured this.
  return waitMs < answerTimeoutMs - 1 ? `No answer after ${duration(waitMs)} of ${limit}` : `No answer within ${limit}`;
};
