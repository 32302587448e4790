import { Command, CommanderError } from "commander";
import { version } from "#shared/contract/version.ts";
import { plain, plainJson } from "#shared/text/plain.ts";
import { type ExitCode, exitCodes } from "./errors.ts";
import { commandRunner, type RunCommand, type Terminal } from "./terminal.ts";

/** Adds a command; `whole` makes the program with all of them. */
type AddCommand = (program: Command, run: RunCommand, whole: () => Promise<Command>) => void;

/** All commands, in the order of the help. Their code is loaded when they are called: most of what a short one takes. */
const commands: readonly { readonly names: readonly string[]; readonly load: () => Promise<AddCommand> }[] = [
  { names: ["create"], load: async () => (await import("./commands/create.ts")).addCreate },
  { names: ["list"], load: async () => (await import("./commands/list.ts")).addList },
  { names: ["get"], load: async () => (await import("./commands/get.ts")).addGet },
  { names: ["update"], load: async () => (await import("./commands/update.ts")).addUpdate },
  { names: ["changes"], load: async () => (await import("./commands/changes.ts")).addChanges },
  { names: ["delete"], load: async () => (await import("./commands/delete.ts")).addDelete },
  { names: ["pause", "resume"], load: async () => (await import("./commands/pause-resume.ts")).addPauseResume },
  { names: ["test"], load: async () => (await import("./commands/test-rotate.ts")).addTest },
  { names: ["rotate"], load: async () => (await import("./commands/test-rotate.ts")).addRotate },
  { names: ["probe"], load: async () => (await import("./commands/probe.ts")).addProbe },
  { names: ["filter"], load: async () => (await import("./commands/filter.ts")).addFilter },
  { names: ["tail"], load: async () => (await import("./commands/tail.ts")).addTail },
  { names: ["listen"], load: async () => (await import("./commands/listen.ts")).addListen },
  { names: ["trigger"], load: async () => (await import("./commands/trigger.ts")).addTrigger },
  { names: ["sink"], load: async () => (await import("./commands/sink.ts")).addSink },
  { names: ["gen"], load: async () => (await import("./commands/gen.ts")).addGen },
  { names: ["batch"], load: async () => (await import("./commands/batch.ts")).addBatch },
  { names: ["find"], load: async () => (await import("./commands/find.ts")).addFind },
  { names: ["redeliver"], load: async () => (await import("./commands/redeliver.ts")).addRedeliver },
  { names: ["replay"], load: async () => (await import("./commands/replay.ts")).addReplay },
  { names: ["recover"], load: async () => (await import("./commands/replay.ts")).addRecover },
  { names: ["apply"], load: async () => (await import("./commands/apply.ts")).addApply },
  { names: ["keys"], load: async () => (await import("./commands/keys.ts")).addKeys },
  { names: ["portal-link"], load: async () => (await import("./commands/portal-link.ts")).addPortalLink },
  { names: ["restore"], load: async () => (await import("./commands/restore.ts")).addRestore },
  { names: ["doctor"], load: async () => (await import("./commands/doctor.ts")).addDoctor },
  { names: ["console"], load: async () => (await import("./commands/console.ts")).addConsole },
  { names: ["config"], load: async () => (await import("./commands/config.ts")).addConfig },
  { names: ["completion"], load: async () => (await import("./commands/completion.ts")).addCompletion },
];

/**
 * The `tidepost` command with its subcommands.
 *
 * @param called the one subcommand that is needed; without it, or when there is none of that name, all are there
 */
export const createProgram = async (run: RunCommand, called?: string): Promise<Command> => {
  const program = new Command("tidepost")
    .description("Manages the webhooks of a Tidepost API.")
    .version(version)
    .configureHelp({ sortSubcommands: false });
  const wanted = commands.filter(({ names }) => names.some((name) => name === called));
  for (const { load } of wanted.length > 0 ? wanted : commands) {
    (await load())(program, run, async () => await createProgram(run));
  }
  return program;
};

/** Runs the `tidepost` command with its arguments; resolves with the exit code. */
export const runTidepost = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.done;
  const run = commandRunner(terminal, (code) => {
    exitCode = code;
  });
  const program = await createProgram(run, args[0]);
  everyCommand(program, (command) => {
    command
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        // It quotes arguments as they are.
        writeErr: (text) =>
          terminal.error(args.includes("--json") ? usageJson(text) : text.trim().split("\n").map(plain).join("\n")),
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
  return plainJson(
    JSON.stringify({ errors: [{ message, code: "usage", fix: "Add --help for the options." }] }, undefined, 2),
  );
};
