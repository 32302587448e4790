import type { Attempt } from "#shared/contract/api/batch.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";

/** Attempts one after another that ended the same way: same status, reason and answer. Never empty. */
export type AttemptGroup = readonly [Attempt, ...Attempt[]];

const endOf = ({ again, outcome, status, reason, error_code: code, response_excerpt: body }: Attempt): string =>
  JSON.stringify([again, outcome, status, reason, code, body]);

/** Attempts, with those that say the same folded into one. */
export const groupAttempts = (attempts: readonly Attempt[]): readonly AttemptGroup[] => {
  const groups: [Attempt, ...Attempt[]][] = [];
  for (const attempt of attempts) {
    const last = groups.at(-1);
    if (last !== undefined && endOf(last[0]) === endOf(attempt)) last.push(attempt);
    else groups.push([attempt]);
  }
  return groups;
};

/** How an attempt ended, in a few words. */
const attemptVerdict = ({ status, latency_ms: ms, error_code: code }: Attempt): string =>
  status === undefined
    ? `no answer after ${duration(ms)}${code === undefined ? "" : ` (${code})`}`
    : `${status} in ${duration(ms)}`;

/** How the attempts of a group ended: `Attempt 3: 503 in 12 ms`, `Attempts 3 to 9: 503 in 12 ms to 1.2 s, 7 times`. */
export const groupVerdict = (group: AttemptGroup): string => {
  const [first] = group;
  const last = group.at(-1) ?? first;
  const sentAgain = first.again === true ? ", sent again" : "";
  if (group.length === 1) return `Attempt ${first.n}${sentAgain}: ${attemptVerdict(first)}`;
  const times = group.map(({ latency_ms: ms }) => ms);
  const [least, most] = [Math.min(...times), Math.max(...times)].map(duration);
  const range = least === most ? least : `${least} to ${most}`;
  const { status, error_code: code } = first;
  const what =
    status === undefined
      ? `no answer after ${range}${code === undefined ? "" : ` (${code})`}`
      : `${status} in ${range}`;
  return `Attempts ${first.n} to ${last.n}${sentAgain}: ${what}, ${counted(group.length, "time")}`;
};
