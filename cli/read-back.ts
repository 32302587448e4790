import { CliError } from "./errors.ts";
import type { CommandTerminal } from "./terminal.ts";

/**
 * Reads what rounds off a result. What was asked for is done by then, and may have brought a secret that nothing shows again:
 * neither a failure nor Ctrl-C ends the command before that is printed.
 */
export const readBack = async <Value>(
  { interrupted, note }: CommandTerminal,
  read: (signal: AbortSignal | undefined) => Promise<Value>,
): Promise<Value | undefined> => {
  try {
    return await read(interrupted?.());
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    note(`! It is done, but not all of it can be shown: ${error.message}`);
    return undefined;
  }
};
