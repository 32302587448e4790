import { CliError, exitCodes } from "./cli-error.ts";

/** The command was not called as it must be. */
export const usageError = (message: string, fix: string): CliError => new CliError(exitCodes.usage, { message, fix });
