import type { Terminal } from "./terminal.ts";
import { usageError } from "./usage-error.ts";

/** How options that take a secret explain their value. */
export const secretSource = "- for standard input, env:NAME for an environment variable";

/** The secret whose source an option names. */
export const readSecret = async (
  { readInput, env }: Pick<Terminal, "readInput" | "env">,
  { option, source }: { readonly option: string; readonly source: string },
): Promise<string> => {
  const fix = `Its value says where the secret is: ${secretSource}.`;
  const name = /^env:(.+)$/.exec(source)?.[1];
  if (source !== "-" && name === undefined) {
    throw usageError(`The secret of ${option} does not go on the command line, where others can read it`, fix);
  }
  const secret = name === undefined ? (await readInput()).trim() : (env[name] ?? "");
  if (secret === "") throw usageError(`${option} ${source} gives no secret: it is empty`, fix);
  return secret;
};
