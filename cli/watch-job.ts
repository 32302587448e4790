import { CliError, type ExitCode, exitCodes } from "./errors.ts";
import { printJson, progressOf } from "./output.ts";
import { type CommandTerminal, pauseBetween } from "./terminal.ts";
import { tryAgain } from "./try-again.ts";

const roundMs = 500;

/** What the API does in the background. */
interface Job {
  readonly state: string;
  readonly progress: number;
}

/** How the watching of a job has ended. */
export interface Watched<Current> {
  readonly current: Current;
  /** Whether the job has ended; otherwise it goes on without the command. */
  readonly isOver: boolean;
  /** Why it cannot be watched any more; absent after Ctrl-C. */
  readonly failure?: CliError;
}

/** Asks how far a job is until it ends, until the signal, or until the API does not say so any more. */
export const followJob = async <Current extends Job>(job: {
  readonly started: Current;
  readonly read: () => Promise<Current>;
  readonly signal: AbortSignal | undefined;
  readonly onStep?: (current: Current) => void;
}): Promise<Watched<Current>> => {
  const { started, read, signal, onStep } = job;
  let current = started;
  try {
    while (current.state === "running") {
      if (await pauseBetween(roundMs, signal)) return { current, isOver: false };
      current = await tryAgain(read, signal);
      onStep?.(current);
    }
    return { current, isOver: true };
  } catch (error) {
    // A job that the API does not know does not go on either.
    if (!(error instanceof CliError) || error.status === 404) throw error;
    return { current, isOver: false, ...(signal?.aborted === true ? {} : { failure: error }) };
  }
};

/** Follows a job, and shows how far it is. */
export const watchJob = async <Current extends Job>(
  terminal: CommandTerminal,
  job: {
    readonly started: Current;
    readonly label: string;
    readonly read: () => Promise<Current>;
    readonly text: (current: Current) => string;
  },
): Promise<Watched<Current>> => {
  const { started, label, read, text } = job;
  const progress = progressOf(terminal, label);
  const onStep = (current: Current): void => progress.show(current.progress, text(current));
  const watched = await followJob({ started, read, signal: terminal.interrupted?.(), onStep });
  progress.end();
  return watched;
};

/** Says of a job that goes on without the command how to end it, and why it is not watched any more. */
export const leaveJob = (
  terminal: CommandTerminal,
  { current, failure }: Watched<object>,
  { what, cancel }: { readonly what: string; readonly cancel: string },
): ExitCode => {
  if (terminal.json) printJson(terminal, current);
  const message = `${what} goes on without this command`;
  const left = { message, fix: cancel, code: "interrupted" };
  if (failure !== undefined) throw new CliError(failure.exitCode, [...failure.errors, left], { cause: failure });
  terminal.error(terminal.json ? JSON.stringify({ errors: [left] }) : `${message}.\n  end it  ${cancel}`);
  return exitCodes.failed;
};
