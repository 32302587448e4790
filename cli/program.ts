import { Command, CommanderError } from "commander";
import { version } from "#shared/contract/version.ts";
import { type ExitCode, exitCodes } from "./cli-error.ts";
import { addApply } from "./commands/apply.ts";
import { addGen } from "./commands/gen.ts";
import { addKeysCreate } from "./commands/keys-create.ts";
import { addSink } from "./commands/sink.ts";
import { addRestore } from "./commands/restore.ts";
import { commandRunner } from "./run-command.ts";
import type { Terminal } from "./terminal.ts";

/** Runs the `tidepost` command with its arguments; resolves with the exit code. */
export const runTidepost = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.done;
  const run = commandRunner(terminal, (code) => {
    exitCode = code;
  });
  const program = new Command("tidepost")
    .description("Manages the webhooks of a Tidepost API.")
    .version(version)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.error(text.trimEnd()),
    })
    .exitOverride();
  addApply(program, run);
  addKeysCreate(program, run);
  addSink(program, run);
  addGen(program, run);
  addRestore(program, run);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has told what is wrong; help and version end this way, too.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
};
