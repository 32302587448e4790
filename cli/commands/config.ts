import type { Command } from "commander";
import {
  type Layers,
  type Sourced,
  addAccessOptions,
  apiUrlOf,
  builtIn,
  maskedKey,
  profileNames,
  readLayers,
  resolveSettings,
  urlText,
} from "../settings.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { addCommonOptions, readSecret, secretSource } from "../options.ts";
import { type UserFile, readProjectFile, readUserFile, writeUserFile } from "../profiles.ts";
import { printJson, printTable } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

/** Adds `tidepost config list|use|set|remove`. */
export const addConfig = (program: Command, run: RunCommand): void => {
  const config = program
    .command("config")
    .summary("manage profiles: which API to work with, and with which key")
    .description(
      "Profiles are in the user's own file (tidepost/config.json below XDG_CONFIG_HOME or ~/.config, readable by its owner alone) " +
        "and, without keys, in a project's tidepost.config.json. TIDEPOST_PROFILE, TIDEPOST_URL and TIDEPOST_API_KEY win " +
        "over both, options win over those. The profile 'local' is built in: npm run dev on this machine.",
    );

  const list = config.command("list").summary("show all profiles and where each value in effect comes from");
  addAccessOptions(list).action(async () => {
    await run(list, async (terminal) => listProfiles(await readLayers(list, terminal), terminal));
  });

  const use = config
    .command("use")
    .summary("choose the profile to work with")
    .argument("<name>", "name of the profile");
  addCommonOptions(use).action(async (name: string) => {
    await run(use, async (terminal) => await useProfile(name, terminal));
  });

  const set = config
    .command("set")
    .summary("add or change a profile in the user's own file")
    .argument("<name>", "name of the profile")
    .option("--url <url>", urlText)
    .option("--key <source>", `API key: ${secretSource}`)
    .option("--region <region>", "AWS region of the stack, for doctor --aws (AWS_REGION wins)")
    .option("--stack <name>", "name of the CloudFormation stack, for doctor --aws");
  addCommonOptions(set).action(async (name: string) => {
    await run(set, async (terminal) => await setProfile(name, set.opts<SetOptions>(), terminal));
  });

  const remove = config
    .command("remove")
    .summary("remove a profile from the user's own file")
    .argument("<name>", "name of the profile");
  addCommonOptions(remove).action(async (name: string) => {
    await run(remove, async (terminal) => await removeProfile(name, terminal));
  });
};

interface SetOptions {
  readonly url?: string;
  readonly key?: string;
  readonly region?: string;
  readonly stack?: string;
}

const listProfiles = (layers: Layers, terminal: CommandTerminal): ExitCode => {
  const used = resolveSettings(layers);
  const profiles = profileNames(layers).map((name) => {
    // As it would be without anything but the files.
    const { url, key, region, stack } = resolveSettings({ ...layers, env: {}, flags: { profile: name } });
    return { name, url, key: masked(key), region, stack };
  });
  const effective = {
    profile: used.profile,
    url: used.url,
    key: masked(used.key),
    region: used.region,
    stack: used.stack,
  };
  if (terminal.json) {
    printJson(terminal, { profiles: profiles.map(valuesOf), effective });
    return exitCodes.done;
  }
  printTable(
    terminal,
    [{ title: "profile" }, { title: "url" }, { title: "key" }, { title: "region" }, { title: "stack" }],
    profiles.map(({ name, ...values }) => [
      `${name}${name === used.profile.value ? " *" : ""}`,
      ...Object.values(values).map((sourced) => sourced?.value ?? "-"),
    ]),
  );
  terminal.out("");
  const rows = Object.entries(effective).flatMap(([name, sourced]) =>
    sourced === undefined ? [] : [[name, sourced.value, sourced.source]],
  );
  printTable(terminal, [{ title: "in effect" }, { title: "value" }, { title: "from" }], rows);
  if (used.withheld !== undefined && used.key === undefined) terminal.note(`! ${used.withheld}`);
  return exitCodes.done;
};

const masked = (key: Sourced | undefined): Sourced | undefined =>
  key === undefined ? undefined : { ...key, value: maskedKey(key.value) };

const valuesOf = ({
  name,
  ...values
}: { readonly name: string } & Readonly<Record<string, Sourced | string | undefined>>) => ({
  name,
  ...Object.fromEntries(
    Object.entries(values).map(([field, sourced]) => [field, typeof sourced === "object" ? sourced.value : undefined]),
  ),
});

const useProfile = async (name: string, terminal: CommandTerminal): Promise<ExitCode> => {
  const user = readUserFile(terminal.env);
  const names = profileNames({ user, project: readProjectFile(terminal.folder) });
  if (!names.includes(name)) throw usageError(`There is no profile '${name}'`, `Take one of ${names.join(", ")}.`);
  await writeUserFile({ ...user, content: { ...user.content, profile: name } });
  return told(terminal, { profile: name }, `Profile ${name} is in use.`);
};

const setProfile = async (name: string, options: SetOptions, terminal: CommandTerminal): Promise<ExitCode> => {
  if (name === builtIn.name) throw usageError(`Profile ${name} is built in`, "Choose another name.");
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw usageError(`'${name}' is no name of a profile`, "Take letters, digits, '.', '-' and '_', at most 64.");
  }
  const { key: source, ...fields } = options;
  const user = readUserFile(terminal.env);
  const before = user.content.profiles[name] ?? {};
  const given = Object.fromEntries(
    (["url", "region", "stack"] as const).flatMap((field) =>
      fields[field] === undefined ? [] : [[field, fields[field]]],
    ),
  );
  const fromProject = readProjectFile(terminal.folder)?.content.profiles[name]?.url;
  const url = options.url ?? before.url ?? (source === undefined ? undefined : fromProject);
  if (url !== undefined) apiUrlOf(url);
  if (source !== undefined && url === undefined) {
    throw usageError("A key is stored with the URL that it is for", "Add --url URL.");
  }
  if (url === undefined && fromProject === undefined)
    throw usageError(`Profile ${name} has no URL yet`, "Add --url URL.");
  const key = source === undefined ? keptKey(before, url) : await readSecret(terminal, { option: "--key", source });
  const profile = { ...before, ...given, ...(url === undefined ? {} : { url }), key };
  await writeUserFile({
    ...user,
    content: { ...user.content, profiles: { ...user.content.profiles, [name]: profile } },
  });
  const isDropped = before.key !== undefined && key === undefined;
  return told(
    terminal,
    { profile: name, ...profile, key: key === undefined ? undefined : maskedKey(key) },
    `Profile ${name} is stored in ${user.path}.${isDropped ? " Its key was for the old URL and is gone: add the new one with --key -." : ""}`,
  );
};

/** A key does not move to another URL unasked. */
const keptKey = (before: UserFile["profiles"][string], url: string | undefined): string | undefined =>
  before.url !== undefined && url !== undefined && apiUrlOf(before.url) === apiUrlOf(url) ? before.key : undefined;

const removeProfile = async (name: string, terminal: CommandTerminal): Promise<ExitCode> => {
  if (name === builtIn.name) throw usageError(`Profile ${name} is built in`, "It cannot be removed.");
  const user = readUserFile(terminal.env);
  const { [name]: removed, ...profiles } = user.content.profiles;
  if (removed === undefined) {
    const names = Object.keys(user.content.profiles).join(", ");
    throw usageError(
      `${user.path} has no profile '${name}'`,
      names === "" ? "It has none at all." : `It has ${names}.`,
    );
  }
  const { profile, ...others } = user.content;
  const content = { ...others, profiles, ...(profile === undefined || profile === name ? {} : { profile }) };
  await writeUserFile({ ...user, content });
  return told(terminal, { removed: name }, `Profile ${name} is removed.`);
};

const told = (terminal: CommandTerminal, document: unknown, text: string): ExitCode => {
  if (terminal.json) printJson(terminal, document);
  else terminal.note(text);
  return exitCodes.done;
};
