import { Command, CommanderError } from "commander";
import { version } from "#shared/contract/version.ts";
import { type ExitCode, exitCodes } from "./cli-error.ts";
import { addApply } from "./commands/apply.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConfig } from "./commands/config.ts";
import { addConsole } from "./commands/console.ts";
import { addBatch } from "./commands/batch.ts";
import { addCreate } from "./commands/create.ts";
import { addDelete } from "./commands/delete.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addGen } from "./commands/gen.ts";
import { addGet } from "./commands/get.ts";
import { addKeys } from "./commands/keys.ts";
import { addList } from "./commands/list.ts";
import { addListen } from "./commands/listen.ts";
import { addPauseResume } from "./commands/pause-resume.ts";
import { addProbe } from "./commands/probe.ts";
import { addRedeliver } from "./commands/redeliver.ts";
import { addReplay } from "./commands/replay.ts";
import { addRestore } from "./commands/restore.ts";
import { addSink } from "./commands/sink.ts";
import { addTail } from "./commands/tail.ts";
import { addTrigger } from "./commands/trigger.ts";
import { addUpdate } from "./commands/update.ts";
import { commandRunner, type RunCommand } from "./run-command.ts";
import type { Terminal } from "./terminal.ts";

/** The `tidepost` command with all its subcommands. */
export const createProgram = (run: RunCommand): Command => {
  const program = new Command("tidepost")
    .description("Manages the webhooks of a Tidepost API.")
    .version(version)
    .configureHelp({ sortSubcommands: false });
  addCreate(program, run);
  addList(program, run);
  addGet(program, run);
  addUpdate(program, run);
  addDelete(program, run);
  addPauseResume(program, run);
  addProbe(program, run);
  addTail(program, run);
  addListen(program, run);
  addTrigger(program, run);
  addSink(program, run);
  addGen(program, run);
  addBatch(program, run);
  addRedeliver(program, run);
  addReplay(program, run);
  addApply(program, run);
  addKeys(program, run);
  addRestore(program, run);
  addDoctor(program, run);
  addConsole(program, run);
  addConfig(program, run);
  addCompletion(program, run);
  return program;
};

/** Runs the `tidepost` command with its arguments; resolves with the exit code. */
export const runTidepost = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(
    commandRunner(terminal, (code) => {
      exitCode = code;
    }),
  );
  everyCommand(program, (command) => {
    command
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.error(args.includes("--json") ? usageJson(text) : text.trimEnd()),
      })
      .exitOverride();
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has told what is wrong; help and version end this way, too.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
};

const everyCommand = (command: Command, visit: (command: Command) => void): void => {
  visit(command);
  for (const child of command.commands) everyCommand(child, visit);
};

/** What Commander finds wrong, as errors are with `--json`. */
const usageJson = (text: string): string => {
  const message = text.trim().replace(/^error: /, "");
  return JSON.stringify({ errors: [{ message, code: "usage", fix: "Add --help for the options." }] }, undefined, 2);
};
