import { queryClient } from "../api/query-client.ts";
import { queryKeys } from "../api/queries.ts";
import { createStore } from "../store.ts";
import { performBulk } from "./bulk-actions.ts";
import { runBulk } from "#shared/bulk/run-bulk.ts";
import { isBusy } from "./bulk-obstacle.ts";
import { type BulkAction, type BulkFailure, faultOf, isRepeatable } from "./bulk-failures.ts";
import type { BulkSubject } from "./bulk-subject.ts";

/** What is being done, or was done, to many webhooks. It goes on whatever page is open. */
export interface BulkJob {
  readonly action: BulkAction;
  readonly total: number;
  readonly done: number;
  readonly failures: readonly BulkFailure[];
  /** New signing secrets by webhook. They are here alone until the user has stored them. */
  readonly secrets: readonly (BulkSubject & { readonly secret: string })[];
  /** Webhooks that were not tried when it ended. */
  readonly left: readonly BulkSubject[];
  readonly state: "running" | "stopping" | "ended";
  readonly overlapHours: number;
}

/** Drawing each step of thousands would take longer than the steps. */
const drawMs = 250;

const job = createStore<BulkJob | undefined>(undefined);
/** Ends the run of the present job. */
let current = new AbortController();

/** Webhooks that jobs have deleted. */
const deletedIds = new Set<string>();

/** The job there is; renders again as it goes on. */
export const useBulkJob = job.use;

/** Whether a job has deleted a webhook: an answer of the API may be older. */
export const hasDeleted = (id: string): boolean => deletedIds.has(id);

const warnOfLoss = (event: BeforeUnloadEvent): void => {
  const { state, secrets } = job.get() ?? {};
  if ((state !== undefined && state !== "ended") || (secrets?.length ?? 0) > 0) event.preventDefault();
};

interface Wanted {
  readonly action: BulkAction;
  readonly subjects: readonly BulkSubject[];
  readonly overlapHours?: number;
  /** Secrets of an earlier run that are still to be stored. */
  readonly secrets?: BulkJob["secrets"];
}

/** Starts to do something to webhooks. Nothing happens while another job runs. */
export const startBulk = async ({
  action,
  subjects,
  overlapHours = 24,
  secrets: earlier = [],
}: Wanted): Promise<void> => {
  if (isBusy(job.get())) return;
  const mine = new AbortController();
  current = mine;
  let done = 0;
  const failures: BulkFailure[] = [];
  const secrets = [...earlier];
  const show = (change: Pick<BulkJob, "state" | "left">): void => {
    if (mine !== current) return;
    job.set({
      action,
      total: subjects.length,
      done,
      failures: [...failures],
      secrets: [...secrets],
      overlapHours,
      ...change,
    });
  };
  const showProgress = (): void => show({ state: job.get()?.state === "stopping" ? "stopping" : "running", left: [] });
  job.set(undefined);
  showProgress();
  window.addEventListener("beforeunload", warnOfLoss);
  const timer = setInterval(showProgress, drawMs);
  const left: BulkSubject[] = [];
  await runBulk({
    subjects,
    perform: (subject) => performBulk(action, subject, { overlapHours }),
    isRepeatable: isRepeatable(action),
    faultOf,
    signal: mine.signal,
    onOutcome: (outcome) => {
      const { kind, subject } = outcome;
      if (kind === "left") left.push(subject);
      else if (kind === "failed") failures.push(outcome);
      else {
        done += 1;
        if (action === "delete") deletedIds.add(subject.id);
        if (outcome.value !== undefined) secrets.push({ ...subject, secret: outcome.value.secret });
      }
    },
  });
  clearInterval(timer);
  show({ state: "ended", left });
  await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
};

/** Starts no more requests; those under way end. */
export const cancelBulk = (): void => {
  const running = job.get();
  if (running?.state !== "running") return;
  job.set({ ...running, state: "stopping" });
  current.abort();
};

/** Forgets the job, with its secrets. A run that is not over starts no more requests. */
export const dropBulk = (): void => {
  current.abort();
  current = new AbortController();
  job.set(undefined);
  window.removeEventListener("beforeunload", warnOfLoss);
};
