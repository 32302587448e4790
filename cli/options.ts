import { type Command, InvalidArgumentError } from "commander";
import { dayMs, hourMs, minuteMs, secondMs } from "#shared/text/times.ts";
import type { CommandTerminal, Confirm, Terminal } from "./terminal.ts";
import { usageError } from "./errors.ts";

export const commonGroup = "Common options:";

/** Adds the options that every command takes. */
export const addCommonOptions = (command: Command): Command =>
  command
    .optionsGroup(commonGroup)
    .option("--json", "print only JSON, errors included, and never ask")
    .option("--quiet", "print only what was asked for: no hints, no progress")
    .option("--no-color", "print without colours, as with NO_COLOR set")
    .option("--debug", "log every request, and show stack traces");

/** Parses an option whose value is a whole number. */
export const wholeNumber =
  ({ from, to }: { readonly from: number; readonly to: number }) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };

const unitsMs = { ms: 1, s: secondMs, m: minuteMs, h: hourMs, d: dayMs } as const;

const durationMs = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|[smhd])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * unitsMs[unit as keyof typeof unitsMs]);
};

/** Parses an option whose value is a duration, such as 30s; in milliseconds. */
export const duration = (text: string): number => {
  const found = durationMs(text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError("It must be a duration, such as 30s, 5m, 2h or 1d.");
};

/** Parses an option whose value is a time, or how long ago it was; as ISO 8601. */
export const time = (text: string): string => {
  const agoMs = durationMs(text);
  const at = agoMs === undefined ? Date.parse(text) : Date.now() - agoMs;
  if (/^\d{4}-\d{2}-\d{2}/.test(text) || agoMs !== undefined) {
    if (!Number.isNaN(at)) return new Date(at).toISOString();
  }
  throw new InvalidArgumentError("It must be a time, such as 2026-01-02T03:04:05Z, or how long ago: 30s, 5m, 2h, 1d.");
};

/** Parses a comma-separated list. */
export const list = (text: string): readonly string[] => {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length > 0) return items;
  throw new InvalidArgumentError("It must be a comma-separated list.");
};

/** Parses an option of the form KEY=VALUE that may come several times. */
export const pairs = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must have the form NAME=VALUE.");
  return { ...before, [name.trim()]: value };
};

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
