import type { Command } from "commander";
import type { CommandTerminal } from "./run-command.ts";
import { usageError } from "./usage-error.ts";

type Confirm = (question: string) => Promise<boolean>;

/** How to ask before something is done: with `--yes` the answer is known; where nobody can answer, nothing is begun. */
export const requireConfirm = (
  command: Command,
  { confirm }: CommandTerminal,
  { what, fix = "Add --yes to go on without a question." }: { readonly what: string; readonly fix?: string },
): Confirm => {
  const options = command.opts<Record<string, unknown>>();
  if (options["yes"] === true) return async () => true;
  // Standard input cannot give both a secret and an answer.
  const isInputTaken = Object.values(options).includes("-");
  if (confirm !== undefined && !isInputTaken) return confirm;
  throw usageError(`Cannot ask here ${what}`, fix);
};
