import { type Command, Option } from "commander";
import { shellWord } from "#shared/text/curl.ts";
import { plain } from "#shared/text/plain.ts";
import { usageError } from "./errors.ts";
import type { CommonOptions, CommandTerminal, Terminal } from "./terminal.ts";
import {
  type Found,
  type ProjectFile,
  type UserFile,
  readProjectFile,
  readUserFile,
  projectFileName,
} from "./profiles.ts";
import type { ApiAccess } from "./api.ts";
import { addCommonOptions, commonGroup, readSecret, secretSource } from "./options.ts";

/** A value and where it came from. */
export interface Sourced {
  readonly value: string;
  readonly source: string;
}

/** What commands work with. */
export interface Settings {
  readonly profile: Sourced;
  /** Base URL of the API with its version. */
  readonly url?: Sourced | undefined;
  readonly key?: Sourced | undefined;
  /** Why the profile has a key that is not used. */
  readonly withheld?: string | undefined;
  readonly region?: Sourced | undefined;
  readonly stack?: Sourced | undefined;
}

/** All that settings can come from; what comes later in this list wins. */
export interface Layers {
  readonly user: Found<UserFile>;
  readonly project?: Found<ProjectFile> | undefined;
  readonly env: Terminal["env"];
  readonly flags: {
    readonly profile?: string | undefined;
    readonly url?: string | undefined;
    readonly key?: string | undefined;
  };
}

export const builtIn = { name: "local", source: "built in" } as const;

/** Names of all profiles. */
export const profileNames = ({ user, project }: Pick<Layers, "user" | "project">): readonly string[] => [
  ...new Set([builtIn.name, ...Object.keys(user.content.profiles), ...Object.keys(project?.content.profiles ?? {})]),
];

/** The settings that the layers give together. */
export const resolveSettings = (layers: Layers): Settings => {
  const { env, flags } = layers;
  const profile = profileOf(layers);
  const url = last(urlOfProfile(layers, profile.value), fromEnv(env, "TIDEPOST_URL"), fromFlag("--url", flags.url));
  const apiUrl = url === undefined ? undefined : { ...url, value: apiUrlOf(url.value) };
  const stored = apiUrl === undefined ? {} : keyOfProfile(layers, profile.value, apiUrl.value);
  const given = last(fromEnv(env, "TIDEPOST_API_KEY"), fromFlag("--key", flags.key));
  const foreign = apiUrl === undefined ? undefined : foreignUrl(layers, apiUrl);
  return {
    profile,
    url: apiUrl,
    key: foreign === undefined ? (given ?? stored.key) : undefined,
    withheld: given === undefined ? stored.withheld : foreign,
    region: last(fromFiles(layers, profile.value, "region"), fromEnv(env, "AWS_REGION")),
    stack: fromFiles(layers, profile.value, "stack"),
  };
};

const profileOf = (layers: Layers): Sourced => {
  const { user, project, env, flags } = layers;
  const profile = last(
    { value: builtIn.name, source: builtIn.source },
    fromFile(user, user.content.profile),
    project === undefined ? undefined : fromFile(project, project.content.profile),
    fromEnv(env, "TIDEPOST_PROFILE"),
    fromFlag("--profile", flags.profile),
  ) ?? { value: builtIn.name, source: builtIn.source };
  const names = profileNames(layers);
  if (names.includes(profile.value)) return profile;
  throw usageError(
    `There is no profile '${profile.value}', which ${profile.source} names`,
    `Take one of ${names.join(", ")}, or add it: tidepost config set ${shellWord(profile.value)} --url URL`,
  );
};

/**
 * Why no key goes to a URL that only a project's file names: whoever wrote the folder would get the key of everybody who
 * calls the command in it. The user's own file, an option or a variable vouches for a URL; this machine needs no voucher.
 */
const foreignUrl = ({ user, project }: Layers, { value, source }: Sourced): string | undefined => {
  if (source !== project?.path || isLoopback(value)) return undefined;
  const own = Object.values(user.content.profiles).some(({ url }) => url !== undefined && apiUrlOf(url) === value);
  return own ? undefined : `No key is sent to ${value}, which only ${source} names`;
};

const urlOfProfile = (layers: Layers, name: string): Sourced | undefined =>
  name === builtIn.name ? { value: localUrl, source: builtIn.source } : fromFiles(layers, name, "url");

/** A stored key goes to the URL that it is stored with, and nowhere else. */
const keyOfProfile = (
  { user }: Layers,
  name: string,
  apiUrl: string,
): { readonly key?: Sourced; readonly withheld?: string } => {
  if (name === builtIn.name) {
    return isLoopback(apiUrl)
      ? { key: { value: localKey, source: builtIn.source } }
      : { withheld: `The key of profile ${name} is for this machine alone` };
  }
  const { key, url } = user.content.profiles[name] ?? {};
  if (key === undefined) return {};
  if (url !== undefined && apiUrlOf(url) === apiUrl) return { key: { value: key, source: user.path } };
  return { withheld: `The key of profile ${name} is for ${url ?? "another URL"}, not for ${apiUrl}` };
};

const fromFiles = ({ user, project }: Layers, name: string, field: "url" | "region" | "stack"): Sourced | undefined =>
  last(
    fromFile(user, user.content.profiles[name]?.[field]),
    project === undefined ? undefined : fromFile(project, project.content.profiles[name]?.[field]),
  );

const fromFile = ({ path }: Found<unknown>, value: string | undefined): Sourced | undefined =>
  value === undefined ? undefined : { value, source: path };

const fromEnv = (env: Terminal["env"], name: string): Sourced | undefined => {
  const value = env[name] ?? "";
  return value === "" ? undefined : { value, source: name };
};

const fromFlag = (flag: string, value: string | undefined): Sourced | undefined =>
  value === undefined ? undefined : { value, source: flag };

const last = (...found: readonly (Sourced | undefined)[]): Sourced | undefined =>
  found.findLast((item) => item !== undefined);

/** Where `npm run dev` serves the API, and with which key. */
export const localUrl = "http://127.0.0.1:4010/api/v1";
export const localKey = "local-key";

/** The base URL of an API with its version, whether or not it was given with one. */
export const apiUrlOf = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw usageError(`'${text}' is not a URL of an API`, `Give one as in --url ${localUrl}`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/v1") ? path : `${path}/v1`}`;
};

/** Whether a URL leads to this machine alone. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");

/** The console that belongs to an API. */
export const consoleUrlOf = (apiUrl: string): string => `${apiUrl.replace(/\/v1$/, "")}/console/`;

/** First characters of a key, which tell keys apart; none of one that is too short to lose some. */
export const maskedKey = (key: string): string => (key.length < 16 ? "****" : `${key.slice(0, 4)}****`);

/** How options that take a URL explain their value. */
export const urlText = "base URL, ending in /api/v1 (the output ApiUrl); the command adds a missing /v1";

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
      .addOption(new Option("--url <url>", `${urlText} (TIDEPOST_URL)`))
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
  terminal: Pick<CommandTerminal, "env" | "error" | "folder" | "readInput" | "trace">,
): Promise<ApiAccess> => accessOf(resolveSettings(await readLayers(command, terminal)), terminal);

/** The API that settings lead to. */
export const accessOf = (settings: Settings, { error, trace }: Pick<CommandTerminal, "error" | "trace">): ApiAccess => {
  const { profile, key, withheld } = settings;
  const url = requireUrl(settings);
  if (key === undefined) {
    const isForeign = settings.url?.source.endsWith(projectFileName) === true;
    const trust = `If you trust that URL: tidepost config set ${shellWord(profile.value)} --url ${shellWord(url)}`;
    throw usageError(withheld ?? `Profile ${profile.value} has no API key`, isForeign ? trust : keyFix);
  }
  if (!/^[\x21-\x7e]+$/.test(key.value)) throw usageError("The API key has characters that no key has", keyFix);
  const warned = new Set<string>();
  const warn = (text: string): void => {
    if (warned.has(text)) return;
    warned.add(text);
    error(`! ${plain(text)}`);
  };
  return { url, key: key.value, keySource: key.source, warn, ...(trace === undefined ? {} : { trace }) };
};

/** The base URL that settings lead to. */
export const requireUrl = ({ profile, url }: Settings): string => {
  if (url !== undefined) return url.value;
  throw usageError(`Profile ${profile.value} has no URL`, `tidepost config set ${shellWord(profile.value)} --url URL`);
};

const keyFix =
  "Set TIDEPOST_API_KEY, pipe the key in with --key -, or store it: tidepost config set NAME --url URL --key -";
