import { usageError } from "../usage-error.ts";
import type { Terminal } from "../terminal.ts";
import { apiUrlOf, isLoopback, localKey, localUrl } from "./base-url.ts";
import type { Found, ProjectFile, UserFile } from "./profile-file.ts";

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
  return {
    profile,
    url: apiUrl,
    key: given ?? stored.key,
    withheld: given === undefined ? stored.withheld : undefined,
    region: fromFiles(layers, profile.value, "region"),
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
    `Take one of ${names.join(", ")}, or add it: tidepost config set ${profile.value} --url URL`,
  );
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
