import { runTidepost } from "../../../cli/program.ts";

/** The command as it runs in a terminal that a test holds. */
export interface RunningCli {
  readonly out: readonly string[];
  readonly error: readonly string[];
  /** What Ctrl-C does. */
  readonly interrupt: () => void;
  readonly exitCode: Promise<number>;
}

/** Runs the command inside the test's process. */
export const runCli = (args: readonly string[], { input = "" } = {}): RunningCli => {
  const out: string[] = [];
  const error: string[] = [];
  const interrupted = new AbortController();
  const exitCode = runTidepost(args, {
    out: (text) => void out.push(text),
    error: (text) => void error.push(text),
    env: process.env,
    folder: process.cwd(),
    readInput: async () => await Promise.resolve(input),
    interrupted: () => interrupted.signal,
  });
  return { out, error, interrupt: () => interrupted.abort(), exitCode };
};
