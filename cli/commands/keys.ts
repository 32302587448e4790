import { type Command, Option } from "commander";
import * as z from "zod";
import { type AccessOptions, addAccessOptions, readAccess } from "../access.ts";
import { type ApiKey, apiKey, apiKeys } from "../answers/api-key.ts";
import { type ApiAccess, callApi } from "../api-client.ts";
import { CliError, type ExitCode, exitCodes } from "../cli-error.ts";
import { utcTime } from "#shared/text/times.ts";
import { list } from "../parse-option.ts";
import { printFacts, printJson, printTable } from "../print.ts";
import { requireConfirm } from "../require-confirm.ts";
import type { CommandTerminal, RunCommand } from "../run-command.ts";
import { usageError } from "../usage-error.ts";
import { addKeysCreate } from "./keys-create.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";

const keyArgument = "id of the key, its first characters, or its label; not the key itself";

interface UpdateOptions extends AccessOptions {
  readonly label?: string;
  readonly grants?: readonly string[];
}

/** Adds `tidepost keys list|create|update|delete`. */
export const addKeys = (program: Command, run: RunCommand): void => {
  const keys = program.command("keys").summary("manage API keys").description("Manages API keys.");
  const listing = keys
    .command("list")
    .summary("list API keys")
    .description("Lists the API keys; none is shown in full.");
  addAccessOptions(listing).action(async () => {
    await run(listing, async (terminal) => await listKeys(await readAccess(listing, terminal), terminal));
  });

  addKeysCreate(keys, run);

  const updating = keys
    .command("update")
    .summary("change what a key is called and may do")
    .description("Changes an API key's label or grants; the key itself stays.")
    .argument("<key>", keyArgument)
    .option("--label <text>", "what the key is for")
    .addOption(
      new Option("--grants <list>", "what the key may do, comma-separated; replaces what it may").argParser(list),
    );
  addAccessOptions(updating).action(async (text: string) => {
    await run(updating, async (terminal) => await updateKey({ command: updating, text, terminal }));
  });

  const deleting = keys
    .command("delete")
    .summary("revoke a key")
    .description("Revokes an API key. What uses it is refused within a few minutes at most.")
    .argument("<key>", keyArgument)
    .option("--yes", "do not ask");
  addAccessOptions(deleting).action(async (text: string) => {
    await run(deleting, async (terminal) => await deleteKey({ command: deleting, text, terminal }));
  });
};

interface OneKey {
  readonly command: Command;
  readonly text: string;
  readonly terminal: CommandTerminal;
}

const readKeys = async (access: ApiAccess): Promise<readonly ApiKey[]> =>
  await callApi(access, { method: "GET", path: "/api-keys", results: apiKeys });

const listKeys = async (access: ApiAccess, terminal: CommandTerminal): Promise<ExitCode> => {
  const found = await readKeys(access);
  if (terminal.json) {
    printJson(terminal, found);
    return exitCodes.done;
  }
  printTable(
    terminal,
    [
      { title: "id" },
      { title: "key" },
      { title: "label" },
      { title: "grants" },
      { title: "created" },
      { title: "last used" },
    ],
    found.map((key) => [
      shortId(key.id),
      `${key.short_key}****`,
      key.label,
      key.grants.join(","),
      utcTime(key.created_at),
      key.last_used_at === undefined ? "-" : utcTime(key.last_used_at),
    ]),
  );
  return exitCodes.done;
};

const updateKey = async ({ command, text, terminal }: OneKey): Promise<ExitCode> => {
  const { label, grants } = command.opts<UpdateOptions>();
  if (label === undefined && grants === undefined) {
    throw usageError("No option says what to change", "Name it, as in --label TEXT or --grants LIST.");
  }
  const access = await readAccess(command, terminal);
  const { id } = await findKey(access, text);
  const body = JSON.stringify({
    ...(label === undefined ? {} : { label }),
    ...(grants === undefined ? {} : { grants }),
  });
  const changed = await callApi(access, { method: "PUT", path: `/api-keys/${id}`, body, results: apiKey });
  if (terminal.json) printJson(terminal, changed);
  else {
    terminal.out(`${terminal.paint("green", "✔")} changed ${changed.short_key}****`);
    printFacts(terminal, [
      ["  label", changed.label],
      ["  grants", changed.grants.join(", ")],
    ]);
  }
  return exitCodes.done;
};

const deleteKey = async ({ command, text, terminal }: OneKey): Promise<ExitCode> => {
  const confirmed = requireConfirm(command, terminal, { what: "whether to revoke the key" });
  const access = await readAccess(command, terminal);
  const { id, label, short_key: shortKey } = await findKey(access, text);
  if (access.key.startsWith(shortKey)) terminal.note("! This may be the very key that is in use here.");
  if (!(await confirmed(`Revoke ${shortKey}**** (${plain(label)})?`))) {
    terminal.note("Nothing was revoked.");
    return exitCodes.failed;
  }
  await callApi(access, { method: "DELETE", path: `/api-keys/${id}`, results: z.unknown() });
  if (terminal.json) printJson(terminal, { id, deleted: true });
  else terminal.out(`${terminal.paint("green", "✔")} revoked ${shortKey}**** (${plain(label)})`);
  return exitCodes.done;
};

const findKey = async (access: ApiAccess, text: string): Promise<ApiKey> => {
  const all = await readKeys(access);
  const matches = (key: ApiKey): boolean =>
    key.id === text.toLowerCase() ||
    key.label === text ||
    key.short_key === text ||
    (text.length >= 4 && key.id.startsWith(text));
  const found = all.filter(matches);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  throw new CliError(exitCodes.failed, {
    message: first === undefined ? `There is no API key '${text}'` : `'${text}' names ${found.length} API keys`,
    description: `There are: ${all.map(({ short_key: key, label }) => `${key}**** (${label})`).join(", ")}.`,
    fix: "Give the id; tidepost keys list shows it.",
    code: first === undefined ? "1600" : "ambiguous",
  });
};
