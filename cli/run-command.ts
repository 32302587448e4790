import { styleText } from "node:util";
import type { Command } from "commander";
import { CliError, type ExitCode, exitCodes } from "./cli-error.ts";
import type { CommonOptions } from "./common-options.ts";
import { failureText } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { usageError } from "./usage-error.ts";

type Style = Parameters<typeof styleText>[0];

/** A terminal as one command uses it, by the options that every command takes. */
export interface CommandTerminal extends Terminal {
  /** Whether standard output gets JSON alone. */
  readonly json: boolean;
  /** Tells on standard error what is good to know; silent with `--quiet` and `--json`. */
  readonly note: (text: string) => void;
  /** Colours a text where colours are wanted. */
  readonly paint: (style: Style, text: string) => string;
  /** Tells on standard error what happens inside; absent without `--debug`. */
  readonly trace?: ((text: string) => void) | undefined;
}

/** Does a command's work; a failure is told on standard error and becomes the exit code. */
export type RunCommand = (command: Command, work: (terminal: CommandTerminal) => Promise<ExitCode>) => Promise<void>;

/** Runs commands in a terminal and reports how each ended. */
export const commandRunner =
  (terminal: Terminal, onEnd: (exitCode: ExitCode) => void): RunCommand =>
  async (command, work) => {
    const options = command.opts<CommonOptions>();
    const used = commandTerminal(terminal, options);
    try {
      onEnd(await work(used));
    } catch (error) {
      used.status?.("");
      const failure = error instanceof CliError ? error : unforeseen(error);
      terminal.error(failureText(failure, used.json));
      if (used.trace !== undefined) stackLines(error).forEach(used.trace);
      onEnd(failure.exitCode);
    }
  };

const commandTerminal = (terminal: Terminal, options: CommonOptions): CommandTerminal => {
  const { json = false, quiet = false, color = true, debug = false } = options;
  const { NO_COLOR: noColour = "", TERM: kind } = terminal.env;
  const hasColour = color && noColour === "" && kind !== "dumb" && terminal.hasColour === true;
  const isSilent = quiet || json;
  return {
    ...terminal,
    readInput: readOnce(terminal.readInput),
    json,
    hasColour,
    confirm: json ? undefined : terminal.confirm,
    status: isSilent ? undefined : terminal.status,
    note: isSilent ? () => undefined : terminal.error,
    paint: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
    trace: debug ? (text) => terminal.error(`debug  ${text}`) : undefined,
  };
};

const readOnce = (readInput: Terminal["readInput"]): Terminal["readInput"] => {
  let isRead = false;
  return async () => {
    if (isRead) {
      throw usageError(
        "Standard input cannot give two secrets",
        "Take one from the environment, as in --key env:NAME.",
      );
    }
    isRead = true;
    return await readInput();
  };
};

const unforeseen = (error: unknown): CliError =>
  new CliError(
    exitCodes.failed,
    {
      message: `Unexpected error: ${error instanceof Error ? error.message : String(error)}`,
      fix: "Run it with --debug to see where, and report it.",
      code: "internal",
    },
    { cause: error },
  );

/** The stack of an error and of its causes. */
const stackLines = (error: unknown): readonly string[] => {
  if (!(error instanceof Error)) return [];
  const cause = stackLines(error.cause);
  return [...(error.stack ?? error.message).split("\n"), ...(cause.length === 0 ? [] : ["caused by", ...cause])];
};
