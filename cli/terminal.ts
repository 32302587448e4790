import { text } from "node:stream/consumers";
import { confirm, isCancel } from "@clack/prompts";

/** Where a command reads and writes. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly readInput: () => Promise<string>;
  /** Asks a question that is answered by yes or no; absent where nobody can answer. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** Whether standard output shows colours. */
  readonly hasColour?: boolean | undefined;
  /** Replaces the line at the end of standard error, an empty text removes it; absent where nobody would see it. */
  readonly status?: ((text: string) => void) | undefined;
  /** From the first call on, Ctrl-C aborts the signal instead of ending the process; the second one ends it. */
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
    readInput: async () => await text(stdin),
    confirm: stdin.isTTY && stderr.isTTY ? askIn(stdin, stderr) : undefined,
    env,
    folder: runner.cwd(),
    hasColour: stdout.isTTY && stdout.hasColors(),
    status: stderr.isTTY ? statusLine(stderr) : undefined,
    interrupted: interruptSignal(runner),
  };
};

const askIn =
  (input: NodeJS.ReadStream, output: NodeJS.WriteStream) =>
  async (message: string): Promise<boolean> => {
    const answer = await confirm({ message, initialValue: false, input, output });
    return !isCancel(answer) && answer;
  };

const clearLine = "\r\u001B[2K";

const statusLine =
  (stream: NodeJS.WriteStream) =>
  (line: string): void => {
    // A line that wraps could not be replaced.
    stream.write(`${clearLine}${line.slice(0, stream.columns - 1)}`);
  };

const interruptSignal = (runner: NodeJS.Process): (() => AbortSignal) => {
  let controller: AbortController | undefined;
  return () => {
    if (controller === undefined) {
      const made = new AbortController();
      controller = made;
      runner.once("SIGINT", () => made.abort());
    }
    return controller.signal;
  };
};
