import { apiErrors } from "#shared/contract/api/errors.ts";
import { ApiError, asApiError } from "../api/api-error.ts";
import type { BulkSubject } from "./bulk-subject.ts";

/** What can be done to many webhooks at once. */
export type BulkAction = "pause" | "resume" | "test" | "rotate" | "recover" | "delete";

/** A webhook that something was not done to. */
export interface BulkFailure {
  readonly subject: BulkSubject;
  readonly error: unknown;
}

/** What an error says of the API: a status of 0 when it was not reached, nothing when it is none of its answers. */
export const faultOf = (error: unknown): { readonly status?: number } =>
  error instanceof ApiError ? { status: error.status } : {};

/**
 * Whether it may be done again when nobody knows whether it was done. A secret that may have been rotated is not rotated again:
 * the answer that was lost had the only copy of a secret, and each rotation brings the end of the receiver's one nearer. A
 * recovery that may have begun would be refused for itself.
 */
export const isRepeatable = (action: BulkAction): boolean => action !== "rotate" && action !== "recover";

/** Webhooks that it may be done to when it is tried again: one that was changed since it was chosen must be chosen anew. */
export const triableAgain = (failures: readonly BulkFailure[]): readonly BulkSubject[] =>
  failures
    .filter(({ error }) => faultOf(error).status !== apiErrors.changedMeanwhile.status)
    .map(({ subject }) => subject);

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
