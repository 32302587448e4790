import type { ObjectOutcome } from "../aws/restore/restore-objects.ts";
import { plain } from "#shared/text/plain.ts";

/** What a plan or a run came to so far. */
export interface Outcomes {
  /** Whether it is what was done, or what would be done. */
  readonly isDone: boolean;
  /** Objects seen. */
  readonly objects: number;
  /** Records that the stream took, or would get. */
  readonly records: number;
  /** Records by why they had been put aside. */
  readonly problems: Readonly<Record<string, number>>;
  /** Objects that stay, with the reason. */
  readonly kept: readonly { readonly key: string; readonly reason: string }[];
}

export const noOutcomes: Outcomes = { isDone: false, objects: 0, records: 0, problems: {}, kept: [] };

export const addOutcome = (before: Outcomes, outcome: ObjectOutcome): Outcomes => {
  const objects = before.objects + 1;
  if (outcome.kind === "kept") {
    const { key, reason } = outcome;
    return { ...before, objects, kept: [...before.kept, { key, reason }] };
  }
  const problems = { ...before.problems };
  for (const problem of outcome.problems) problems[problem] = (problems[problem] ?? 0) + 1;
  const records = before.records + outcome.problems.length;
  return { ...before, isDone: outcome.kind === "restored", objects, problems, records };
};

/** Plan or result for people. */
export const outcomeLines = ({ isDone, kept, objects, problems, records }: Outcomes): readonly string[] => {
  if (objects === 0) return ["There is nothing to restore."];
  const taken = objects - kept.length;
  return [
    `${isDone ? "Restored" : "Plan: restore"} ${records} records of ${taken} objects`,
    ...Object.entries(problems).map(([problem, count]) => `  ${String(count).padStart(6)}  ${plain(problem)}`),
    ...kept.map(({ key, reason }) => `  ✖ kept ${plain(key)}: ${plain(reason)}`),
  ];
};

/** How far a run is. */
export const progressLine = ({ objects, records }: Outcomes, planned: Outcomes): string =>
  `${objects} of ${planned.objects} objects, ${records} records`;

/** Plan or result for programs. */
export const outcomeJson = ({ isDone, kept, objects, problems, records }: Outcomes): string =>
  JSON.stringify({ restored: isDone, objects, records, problems, kept }, undefined, 2);
