interface Work {
  readonly state: "running" | "stopping" | "ended";
  readonly secrets: readonly unknown[];
}

/** Whether webhooks are being worked on: then no other job begins. */
export const isBusy = (job: Pick<Work, "state"> | undefined): boolean => job !== undefined && job.state !== "ended";

/** Why no other job can begin: it would take the place of this one, with the only copy of new secrets. */
export const obstacleOf = (job: Work | undefined): string | undefined => {
  if (isBusy(job)) return "Wait until the present work has ended.";
  return (job?.secrets.length ?? 0) > 0 ? "Store the new secrets of the last work first." : undefined;
};
