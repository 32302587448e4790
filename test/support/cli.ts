import { runTidepost } from "../../cli/program.ts";
import type { Terminal } from "../../cli/terminal.ts";

/** How a run of the command ended. */
export interface Ended {
  readonly code: number;
  /** Lines of standard output. */
  readonly out: readonly string[];
  /** Standard error. */
  readonly error: string;
  /** What was asked, and whether only the whole word was taken for a yes. */
  readonly questions: readonly string[];
  /** Standard output as JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents, and a wrong guess fails them
  readonly json: () => any;
}

interface CliOptions {
  readonly env?: Terminal["env"];
  /** Standard input. */
  readonly input?: string;
  /** The answer to every question; without it nobody can be asked. */
  readonly reply?: boolean;
  readonly folder?: string;
  /** Stands for Ctrl-C. */
  readonly interrupted?: AbortSignal;
  /** Told each line of standard output as it comes. */
  readonly onOut?: (line: string) => void;
}

/** Runs the command in this process, with an environment of its own. */
export const runCli = async (args: readonly string[], options: CliOptions = {}): Promise<Ended> => {
  const { env = {}, input = "", reply, folder = "/", interrupted, onOut } = options;
  const out: string[] = [];
  const error: string[] = [];
  const questions: string[] = [];
  const code = await runTidepost(args, {
    out: (text) => {
      for (const line of text.split("\n")) {
        out.push(line);
        onOut?.(line);
      }
    },
    error: (line) => error.push(line),
    readInput: async () => input,
    confirm:
      reply === undefined
        ? undefined
        : async (question, isFinal = false) => {
            questions.push(isFinal ? `${question} Type yes` : question);
            return reply;
          },
    env: { XDG_CONFIG_HOME: "/nowhere", ...env },
    folder,
    interrupted: interrupted === undefined ? undefined : () => interrupted,
  });
  return { code, out, error: error.join("\n"), questions, json: () => JSON.parse(out.join("\n")) };
};
