import * as z from "zod";
import type { InvocationResult } from "../functions/environment.ts";
import type { Piece, PieceOutcome } from "./after-invocation.ts";

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
