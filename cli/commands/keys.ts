import { type Command, Option } from "commander";
import { type ApiKey, apiKeyAnswer, apiKeysAnswer } from "#shared/contract/api/api-key.ts";
import { apiErrors } from "#shared/contract/api/errors.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, issueKey, noResults } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { list, requireConfirm } from "../options.ts";
import { printFacts, printJson, printTable, timeCell } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

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
    .description("Lists the API keys, each by its first characters.");
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
    .description("Revokes an API key. The API refuses it within a minute.")
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
  await callApi(access, { method: "GET", path: "/api-keys", answer: apiKeysAnswer });

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
      { title: "created", isOptional: true },
      { title: "last used" },
    ],
    found.map((key) => [
      shortId(key.id),
      `${key.short_key}****`,
      key.label,
      key.grants.join(","),
      timeCell(terminal, key.created_at),
      key.last_used_at === undefined ? "-" : timeCell(terminal, key.last_used_at),
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
  const changed = await callApi(access, { method: "PUT", path: `/api-keys/${id}`, body, answer: apiKeyAnswer });
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
  if (!(await confirmed(`Revoke ${shortKey}**** (${plain(label)})?`, true))) {
    terminal.note("Nothing was revoked.");
    return exitCodes.failed;
  }
  await callApi(access, { method: "DELETE", path: `/api-keys/${id}`, answer: noResults });
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
    code: first === undefined ? apiErrors.notFound.code : "ambiguous",
  });
};

interface KeysCreateOptions extends AccessOptions {
  readonly stack?: string;
  readonly customer?: string;
  readonly grants?: readonly string[];
  readonly label?: string;
}

/** Adds `tidepost keys create`. */
export const addKeysCreate = (keys: Command, run: RunCommand): void => {
  const command = keys
    .command("create")
    .summary("create an API key, shown this once")
    .description(
      "Creates an API key and prints it, this once, to standard output; with --quiet it prints nothing else. The API creates " +
        "the key for the customer of the key in use, which needs --label and --grants. The first key cannot come from the API: " +
        "--stack writes it to the table of a deployed stack, with the AWS credentials and region of the environment.",
    )
    .addOption(new Option("--grants <list>", "what the key may do, comma-separated; with --stack: all").argParser(list))
    .option("--label <text>", "what the key is for")
    .option("--stack <name>", "create it in the table of this CloudFormation stack")
    .option(
      "--customer <id>",
      "with --stack: customer that the key, its webhooks and its events belong to (default: 1)",
    );
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => {
      const options = command.opts<KeysCreateOptions>();
      return options.stack === undefined
        ? await createByApi(command, options, terminal)
        : await createInStack(options.stack, options, terminal);
    });
  });
};

const createByApi = async (
  command: Command,
  options: KeysCreateOptions,
  terminal: CommandTerminal,
): Promise<ExitCode> => {
  const { customer, label, grants } = options;
  if (customer !== undefined)
    throw usageError("--customer goes with --stack", "A key of the API has the customer of the key in use.");
  if (label === undefined || grants === undefined) {
    throw usageError(
      "A key needs a label and grants",
      "Add --label TEXT and --grants LIST, such as --grants ingest/write.",
    );
  }
  const access = await readAccess(command, terminal);
  const issued = await issueKey(access, { label, grants });
  if (terminal.json) printJson(terminal, issued);
  else tell(terminal, { key: issued.key, text: `It is for ${access.url} and may do: ${issued.grants.join(", ")}.` });
  return exitCodes.done;
};

const createInStack = async (
  stack: string,
  options: KeysCreateOptions,
  terminal: CommandTerminal,
): Promise<ExitCode> => {
  // Other commands need not wait for the AWS SDK.
  const { createStackKey } = await import("../aws/create-key.ts");
  const { key, url, ...stored } = await createStackKey(stack, options);
  if (terminal.json) printJson(terminal, { key, ...stored, url });
  else
    tell(terminal, {
      key,
      text: `It is customer ${stored.customer_id}'s key for ${url} and may do: ${stored.grants.join(", ")}.`,
    });
  return exitCodes.done;
};

const tell = (terminal: CommandTerminal, { key, text }: { readonly key: string; readonly text: string }): void => {
  terminal.out(key);
  terminal.note(`${text}\nKeep it now: only its hash is stored, and nothing can show it again.`);
};
