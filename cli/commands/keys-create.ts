import { type Command, Option } from "commander";
import { type AccessOptions, addAccessOptions, readAccess } from "../access.ts";
import { type ExitCode, exitCodes } from "../cli-error.ts";
import { issueKey } from "../issue-key.ts";
import { list } from "../parse-option.ts";
import { printJson } from "../print.ts";
import type { CommandTerminal, RunCommand } from "../run-command.ts";
import { usageError } from "../usage-error.ts";

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
      "Creates an API key and shows it once: on standard output, and with --quiet nothing else. It comes from the API and has " +
        "the customer of the key in use. The first one cannot: with --stack it is put straight into the table of a deployed " +
        "stack, with the AWS credentials and region of the environment.",
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
  const { createStackKey } = await import("../aws/create-stack-key.ts");
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
