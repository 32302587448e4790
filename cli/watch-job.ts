import { progressOf } from "./output.ts";
import { type CommandTerminal, pauseBetween } from "./terminal.ts";

const roundMs = 500;

/** What the API does in the background. */
interface Job {
  readonly state: string;
  readonly progress: number;
}

/** Watches a job until it ends, or until Ctrl-C, which ends only the watching. */
export const watchJob = async <Current extends Job>(
  terminal: CommandTerminal,
  job: {
    readonly started: Current;
    readonly label: string;
    readonly read: () => Promise<Current>;
    readonly text: (current: Current) => string;
  },
): Promise<{ readonly current: Current; readonly isOver: boolean }> => {
  const signal = terminal.interrupted?.();
  const progress = progressOf(terminal, job.label);
  let current = job.started;
  while (current.state === "running") {
    if (await pauseBetween(roundMs, signal)) {
      progress.end();
      return { current, isOver: false };
    }
    current = await job.read();
    progress.show(current.progress, job.text(current));
  }
  progress.end();
  return { current, isOver: true };
};
