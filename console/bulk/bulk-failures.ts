import { ApiError, asApiError } from "../api/api-error.ts";
import type { BulkFailure } from "./run-bulk.ts";

/** What can be done to many webhooks at once. */
export type BulkAction = "pause" | "resume" | "test" | "rotate" | "recover" | "delete";

/** Whether the API has answered with such a status; 0 when it was not reached. */
export const isStatus = (error: unknown, holds: (status: number) => boolean): boolean =>
  error instanceof ApiError && holds(error.status);

/**
 * Whether a failure may pass by itself. A secret that may have been rotated is not rotated again: the answer that was lost
 * had the only copy of a secret, and each rotation brings the end of the receiver's one nearer. A recovery that may have begun
 * would be refused for itself.
 */
export const mayPass = (action: BulkAction, error: unknown): boolean =>
  isStatus(error, (status) => status === 429 || (isRepeatable(action) && (status === 0 || status >= 500)));

const isRepeatable = (action: BulkAction): boolean => action !== "rotate" && action !== "recover";

/** What every other webhook would meet, too: a key that is refused or may not do it. */
export const endsAll = (error: unknown): boolean => isStatus(error, (status) => status === 401 || status === 403);

/** Failures by what the API said, the most frequent first. */
export const failuresByReason = (
  failures: readonly BulkFailure[],
): readonly {
  readonly reason: string;
  readonly fix: string | undefined;
  readonly failures: readonly BulkFailure[];
}[] =>
  [...Map.groupBy(failures, ({ error }) => asApiError(error).problems[0].message)]
    .map(([reason, found]) => ({ reason, fix: asApiError(found[0]?.error).problems[0].fix, failures: found }))
    .toSorted((one, other) => other.failures.length - one.failures.length);
