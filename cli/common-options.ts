import type { Command } from "commander";

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
}

export const commonGroup = "Common options:";

/** Adds the options that every command takes. */
export const addCommonOptions = (command: Command): Command =>
  command
    .optionsGroup(commonGroup)
    .option("--json", "print JSON alone, errors too, and ask nothing")
    .option("--quiet", "print only what was asked for: no hints, no progress")
    .option("--no-color", "print without colours, as with NO_COLOR set")
    .option("--debug", "log every request, and show stack traces");
