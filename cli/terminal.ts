import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";

/** Where a command reads and writes. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly readInput: () => Promise<string>;
  /** Asks a question that is answered by yes or no; absent where nobody can answer. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** From the first call on, Ctrl-C aborts the signal instead of ending the process; the second one ends it. */
  readonly interrupted?: (() => AbortSignal) | undefined;
}

/** The terminal that a process runs in. */
export const processTerminal = (runner: NodeJS.Process): Terminal => {
  const { stdin, stdout, stderr } = runner;
  return {
    out: (line) => {
      stdout.write(`${line}\n`);
    },
    error: (line) => {
      stderr.write(`${line}\n`);
    },
    readInput: async () => await text(stdin),
    confirm: stdin.isTTY && stderr.isTTY ? askIn(stdin, stderr) : undefined,
    interrupted: interruptSignal(runner),
  };
};

const askIn =
  (input: NodeJS.ReadStream, output: NodeJS.WriteStream) =>
  async (question: string): Promise<boolean> => {
    const lines = createInterface({ input, output });
    // Ctrl-C and Ctrl-D close the interface and leave the question open.
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    try {
      const answer = await Promise.race([lines.question(`${question} [y/N] `).catch(() => ""), closed]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
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
