import type { Replay } from "#shared/contract/api/replay.ts";
import { callApi } from "../api/client.ts";
import { runBulk } from "#shared/bulk/run-bulk.ts";
import { type BulkFailure, faultOf, isRepeatable } from "./bulk-failures.ts";
import { type BulkSelection, findSubjects } from "./bulk-selection.ts";
import type { BulkSubject } from "./bulk-subject.ts";

/** What a recovery would send. */
export interface RecoveryPlan {
  /** Webhooks with something to send, the most batches first. */
  readonly webhooks: readonly { readonly subject: BulkSubject; readonly count: Replay }[];
  /** Batches that cannot be sent again, of all webhooks that were counted. */
  readonly past: number;
  readonly unknown: number;
  /** Webhooks that have lost a batch and are paused: nothing can be sent to them. */
  readonly paused: number;
  /** Webhooks that could not be counted. */
  readonly failures: readonly BulkFailure[];
  readonly left: readonly BulkSubject[];
}

interface PlanOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (step: {
    readonly what: "finding" | "counting";
    readonly done: number;
    readonly of: number;
  }) => void;
}

const roundMs = 700;

/** Counts what has expired of each active webhook of a selection that lost a batch in the last 24 hours, by a dry run of each. */
export const planRecovery = async (
  selection: BulkSelection,
  { signal, onProgress }: PlanOptions,
): Promise<RecoveryPlan> => {
  const { subjects: losers } = await findSubjects("recover", selection, {
    signal,
    onProgress: (done) => onProgress({ what: "finding", done, of: selection.size }),
  });
  const subjects = losers.filter(({ active }) => active);
  const counted: { readonly subject: BulkSubject; readonly count: Replay }[] = [];
  const failures: BulkFailure[] = [];
  const left: BulkSubject[] = [];
  const running = new Map<string, Replay>();
  await runBulk({
    subjects,
    perform: ({ id }) => countExpired(id, running, signal),
    isRepeatable: isRepeatable("recover"),
    faultOf,
    signal,
    onOutcome: (outcome) => {
      const { kind, subject } = outcome;
      if (kind === "left") left.push(subject);
      else if (kind === "failed") failures.push(outcome);
      else counted.push({ subject: { ...subject, until: outcome.value.to }, count: outcome.value });
      onProgress({ what: "counting", done: counted.length + failures.length, of: subjects.length });
    },
  });
  signal.throwIfAborted();
  const sum = (numberOf: (count: Replay) => number): number =>
    counted.reduce((all, { count }) => all + numberOf(count), 0);
  return {
    webhooks: counted
      .filter(({ count }) => count.events_matched > 0)
      .toSorted((one, other) => other.count.batches_formed - one.count.batches_formed),
    past: sum(({ recovery }) => recovery?.past_retention ?? 0),
    unknown: sum(({ recovery }) => recovery?.unknown ?? 0),
    paused: losers.length - subjects.length,
    failures,
    left,
  };
};

const wait = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Counts by a dry run, and waits for its end.
 *
 * @param running the dry runs of webhooks that have begun: one whose progress could not be read is not begun again
 */
const countExpired = async (id: string, running: Map<string, Replay>, signal: AbortSignal): Promise<Replay> => {
  const body = { only: "expired", dry_run: true };
  let replay =
    running.get(id) ?? (await callApi("POST /v1/webhooks/{id}/replay", { parameters: { id }, body, signal }));
  while (replay.state === "running") {
    running.set(id, replay);
    await wait(roundMs);
    const parameters = { id, replay_id: replay.id };
    replay = await callApi("GET /v1/webhooks/{id}/replays/{replay_id}", { parameters, signal });
  }
  running.delete(id);
  if (replay.state !== "finished") throw new Error("The count did not finish");
  return replay;
};
