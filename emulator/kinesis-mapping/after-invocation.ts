import * as z from "zod";
import type { InvocationResult } from "../functions/environment.ts";

/** Records of a window that are still to be handled together; `start` is included, `end` is not. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Invocations that failed and were not followed by a split. */
  readonly failures: number;
}

/** How an invocation with a piece's records ended. */
export type PieceOutcome =
  | { readonly kind: "succeeded" }
  /** The function reported failures; the lowest is at this index of the window. */
  | { readonly kind: "failed-from"; readonly index: number }
  /** The function threw, timed out, or reported what it had not been given. */
  | { readonly kind: "failed" };

export interface FailurePolicy {
  readonly bisect: boolean;
  /** Invocations after the first; -1 has no limit. */
  readonly maxRetryAttempts: number;
}

/** What follows an invocation. Everything before `checkpoint` (an index of the window) is done with. */
export interface NextSteps {
  readonly checkpoint: number;
  /** To be invoked next, in this order. */
  readonly remaining: readonly Piece[];
  /** Given up: goes to the on-failure destination before the checkpoint passes it. */
  readonly discarded?: Piece;
}

/** Splits a piece in two, or returns undefined for a single record. A split costs no attempt. */
const halves = ({ start, end, failures }: Piece): readonly Piece[] | undefined => {
  if (end - start < 2) return undefined;
  const middle = start + Math.ceil((end - start) / 2);
  return [
    { start, end: middle, failures },
    { start: middle, end, failures },
  ];
};

const retryOrDiscard = (piece: Piece, { maxRetryAttempts }: FailurePolicy): NextSteps => {
  const failures = piece.failures + 1;
  return maxRetryAttempts >= 0 && failures > maxRetryAttempts
    ? { checkpoint: piece.end, remaining: [], discarded: { ...piece, failures } }
    : { checkpoint: piece.start, remaining: [{ ...piece, failures }] };
};

/** Decides what follows an invocation, as Lambda does for a stream with bisecting and reported failures. */
export const afterInvocation = (piece: Piece, outcome: PieceOutcome, policy: FailurePolicy): NextSteps => {
  if (outcome.kind === "succeeded") return { checkpoint: piece.end, remaining: [] };
  if (outcome.kind === "failed-from" && outcome.index > piece.start) {
    const rest = { ...piece, start: outcome.index };
    return policy.bisect ? { checkpoint: rest.start, remaining: [rest] } : retryOrDiscard(rest, policy);
  }
  const split = policy.bisect ? halves(piece) : undefined;
  return split === undefined ? retryOrDiscard(piece, policy) : { checkpoint: piece.start, remaining: split };
};

const baseDelayMs = 100;
const maxDelayMs = 5_000;

/** Pause before a piece is invoked again; a piece that has just been split goes at once. */
export const retryDelayMs = (failures: number): number =>
  failures === 0 ? 0 : Math.min(maxDelayMs, baseDelayMs * 2 ** (failures - 1));

interface AgeCheck {
  /** Arrival times of the piece's records, oldest first. */
  readonly arrivedAt: readonly number[];
  readonly now: number;
  /** -1 has no limit. */
  readonly maxAgeSeconds: number;
}

/** Number of records at the front that are too old to be handled. */
export const expiredCount = ({ arrivedAt, now, maxAgeSeconds }: AgeCheck): number => {
  if (maxAgeSeconds < 0) return 0;
  const firstFresh = arrivedAt.findIndex((time) => now - time <= maxAgeSeconds * 1_000);
  return firstFresh === -1 ? arrivedAt.length : firstFresh;
};

const report = z
  .object({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
  })
  .nullish();

interface OutcomeOptions {
  readonly result: InvocationResult;
  readonly piece: Piece;
  /** Sequence numbers of the whole window. */
  readonly sequenceNumbers: readonly string[];
  /** Whether the mapping has ReportBatchItemFailures; without it an answer means success. */
  readonly reportsFailures: boolean;
}

/** Reads a function's answer: the lowest reported sequence number counts, an unknown one fails the whole piece. */
export const readOutcome = ({ result, piece, sequenceNumbers, reportsFailures }: OutcomeOptions): PieceOutcome => {
  if (result.kind === "failed") return { kind: "failed" };
  if (!reportsFailures) return { kind: "succeeded" };
  const answer = report.safeParse(JSON.parse(result.payload));
  // Lambda takes an answer that is no report for a success only when it is empty.
  if (!answer.success) return { kind: "failed" };
  const failures = answer.data?.batchItemFailures ?? [];
  if (failures.length === 0) return { kind: "succeeded" };
  const positions = new Map(
    sequenceNumbers.slice(piece.start, piece.end).map((number, offset) => [number, piece.start + offset]),
  );
  const indexes = failures.map(({ itemIdentifier }) => positions.get(itemIdentifier ?? ""));
  const known = indexes.filter((index) => index !== undefined);
  return known.length < indexes.length ? { kind: "failed" } : { kind: "failed-from", index: Math.min(...known) };
};
