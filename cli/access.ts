import { type Command, Option } from "commander";
import type { ApiAccess } from "./api-client.ts";
import { addCommonOptions, type CommonOptions, commonGroup } from "./common-options.ts";
import { readProjectFile, readUserFile } from "./config/read-files.ts";
import { type Layers, resolveSettings, type Settings } from "./config/settings.ts";
import { readSecret, secretSource } from "./read-secret.ts";
import type { CommandTerminal } from "./run-command.ts";
import { usageError } from "./usage-error.ts";

/** Options of every command that calls the API. */
export interface AccessOptions extends CommonOptions {
  readonly profile?: string;
  readonly url?: string;
  readonly key?: string;
}

/** Adds the options of a command that calls the API. */
export const addAccessOptions = (command: Command): Command =>
  addCommonOptions(
    command
      .optionsGroup(commonGroup)
      .addOption(new Option("--profile <name>", "profile to work with (TIDEPOST_PROFILE)"))
      .addOption(new Option("--url <url>", "base URL of the API (TIDEPOST_URL)"))
      .addOption(new Option("--key <source>", `API key (TIDEPOST_API_KEY): ${secretSource}`)),
  );

/** Where the settings of a command come from. */
export const readLayers = async (
  command: Command,
  terminal: Pick<CommandTerminal, "env" | "folder" | "readInput">,
): Promise<Layers> => {
  const { profile, url, key: source } = command.opts<AccessOptions>();
  const key = source === undefined ? undefined : await readSecret(terminal, { option: "--key", source });
  const { env, folder } = terminal;
  return { user: readUserFile(env), project: readProjectFile(folder), env, flags: { profile, url, key } };
};

/** Which API a command calls, and with which key. */
export const readAccess = async (
  command: Command,
  terminal: Pick<CommandTerminal, "env" | "folder" | "readInput" | "trace">,
): Promise<ApiAccess> => accessOf(resolveSettings(await readLayers(command, terminal)), terminal.trace);

/** The API that settings lead to. */
export const accessOf = (settings: Settings, trace: CommandTerminal["trace"]): ApiAccess => {
  const { profile, key, withheld } = settings;
  const url = requireUrl(settings);
  if (key === undefined) throw usageError(withheld ?? `Profile ${profile.value} has no API key`, keyFix);
  if (!/^[\x21-\x7e]+$/.test(key.value)) throw usageError("The API key has characters that no key has", keyFix);
  return { url, key: key.value, keySource: key.source, ...(trace === undefined ? {} : { trace }) };
};

/** The base URL that settings lead to. */
export const requireUrl = ({ profile, url }: Settings): string => {
  if (url !== undefined) return url.value;
  throw usageError(`Profile ${profile.value} has no URL`, `tidepost config set ${profile.value} --url URL`);
};

const keyFix =
  "Set TIDEPOST_API_KEY, pipe the key in with --key -, or store it: tidepost config set NAME --url URL --key -";
