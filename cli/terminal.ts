import { text as textOf } from "node:stream/consumers";
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { CliError, type ExitCode, exitCodes, failureText, usageError } from "./errors.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { plainJson, plainLines } from "#shared/text/plain.ts";

/**
 * Asks a question; true for a yes. What cannot be undone asks for the whole word.
 *
 * @param isFinal whether only `yes`, in full, means yes
 */
export type Confirm = (question: string, isFinal?: boolean) => Promise<boolean>;

/** Where a command reads and writes. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly readInput: () => Promise<string>;
  /** Asks a question that is answered by yes or no; absent where nobody can answer. */
  readonly confirm?: Confirm | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** Characters of a line of standard output; absent where no person looks. */
  readonly columns?: number | undefined;
  /** Whether standard output shows colours. */
  readonly hasColour?: boolean | undefined;
  /** Replaces the line at the end of standard error, an empty text removes it; absent where nobody would see it. */
  readonly status?: ((text: string) => void) | undefined;
  /** The next Ctrl-C aborts the signal instead of ending the process; a further one ends it, unless this is called again. */
  readonly interrupted?: (() => AbortSignal) | undefined;
}

/** The terminal that a process runs in. */
export const processTerminal = (runner: NodeJS.Process): Terminal => {
  const { stdin, stdout, stderr, env } = runner;
  return {
    out: (line) => {
      stdout.write(`${line}\n`);
    },
    error: (line) => {
      stderr.write(`${line}\n`);
    },
    readInput: async () => await textOf(stdin),
    confirm: stdin.isTTY && stderr.isTTY ? askIn(stdin, stderr) : undefined,
    env,
    folder: runner.cwd(),
    columns: stdout.isTTY ? stdout.columns : undefined,
    hasColour: stdout.isTTY && stdout.hasColors(),
    status: stderr.isTTY ? statusLine(stderr) : undefined,
    interrupted: interruptSignal(runner),
  };
};

/**
 * Asks a question that only `y` and `yes` answer with yes, and a final one only `yes`; whatever else is said, and Ctrl-C or
 * Ctrl-D, mean no.
 */
export const askIn =
  (input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Confirm =>
  async (message, isFinal = false) => {
    const lines = createInterface({ input, output });
    const left = new AbortController();
    lines.once("close", () => left.abort());
    try {
      const hint = isFinal ? "Type yes to go on:" : "[y/N]";
      const answer = (await lines.question(`${message} ${hint} `, { signal: left.signal })).trim();
      return isFinal ? answer === "yes" : /^y(es)?$/i.test(answer);
    } catch {
      output.write("\n");
      return false;
    } finally {
      lines.close();
    }
  };

const clearLine = "\r\u001B[2K";

const statusLine =
  (stream: NodeJS.WriteStream) =>
  (line: string): void => {
    // A line that wraps could not be replaced.
    stream.write(`${clearLine}${beginningOf(line, stream.columns - 1)}`);
  };

const interruptSignal = (runner: NodeJS.Process): (() => AbortSignal) => {
  let controller: AbortController | undefined;
  return () => {
    if (controller === undefined || controller.signal.aborted) {
      const made = new AbortController();
      controller = made;
      runner.once("SIGINT", () => made.abort());
    }
    return controller.signal;
  };
};

type Style = Parameters<typeof styleText>[0];

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
}

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
      used.error(failureText(failure, used.json));
      if (used.trace !== undefined) stackLines(error).forEach(used.trace);
      onEnd(failure.exitCode);
    }
  };

const commandTerminal = (terminal: Terminal, options: CommonOptions): CommandTerminal => {
  const { json = false, quiet = false, color = true, debug = false } = options;
  const { NO_COLOR: noColour = "", TERM: kind } = terminal.env;
  const hasColour = color && noColour === "" && kind !== "dumb" && terminal.hasColour === true;
  const isSilent = quiet || json;
  // Whatever a name, an answer or an argument holds: a terminal obeys nothing of it.
  const shown = json ? plainJson : plainLines;
  const error = (text: string): void => terminal.error(shown(text));
  const { confirm, status } = terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(shown(text)),
    error,
    readInput: readOnce(terminal.readInput),
    json,
    hasColour,
    confirm:
      json || confirm === undefined
        ? undefined
        : async (question, isFinal) => await confirm(plainLines(question), isFinal),
    status: isSilent || status === undefined ? undefined : (text) => status(plainLines(text)),
    note: isSilent ? () => undefined : error,
    paint: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
    trace: debug ? (text) => error(`debug  ${text}`) : undefined,
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

/** What the user is told of an error that nobody expected. */
export const unforeseen = (error: unknown): CliError =>
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

/** Waits, but no longer than until the signal; true when it was aborted. */
export const pauseBetween = async (ms: number, signal: AbortSignal | undefined): Promise<boolean> => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
    return false;
  } catch (error) {
    if (signal?.aborted === true) return true;
    throw error;
  }
};
