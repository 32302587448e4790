import type { Command } from "commander";
import { CliError, type ExitCode } from "./cli-error.ts";
import { failureText } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Does a command's work; a failure is told on standard error and becomes the exit code. */
export type RunCommand = (command: Command, work: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;

/** Runs commands in a terminal and reports how each ended. */
export const commandRunner =
  (terminal: Terminal, onEnd: (exitCode: ExitCode) => void): RunCommand =>
  async (command, work) => {
    try {
      onEnd(await work(terminal));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      terminal.error(failureText(error, command.opts<{ readonly json?: boolean }>().json ?? false));
      onEnd(error.exitCode);
    }
  };
