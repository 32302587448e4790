import type { Command } from "commander";
import { explainAwsErrors } from "../aws/aws-error.ts";
import { createFirstKey } from "../aws/create-first-key.ts";
import { allGrants, keyRequest } from "../aws/key-request.ts";
import { readStackOutputs } from "../aws/stack-outputs.ts";
import { CliError, type ExitCode, exitCodes } from "../cli-error.ts";
import type { RunCommand } from "../run-command.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

interface KeysCreateOptions {
  readonly stack: string;
  readonly customer: string;
  readonly grants: string;
  readonly label: string;
  readonly json?: boolean;
}

/** Adds `tidepost keys create`. */
export const addKeysCreate = (program: Command, run: RunCommand): void => {
  const command = program
    .command("keys")
    .summary("create API keys")
    .description("Works on API keys with AWS credentials, where there is no API key to work with yet.")
    .command("create")
    .summary("create an API key in a stack's table")
    .description(
      "Creates an API key straight in the table of a deployed stack, with the AWS credentials and region of the environment, " +
        "and shows it once. Further keys of the same customer can come from the API.",
    )
    .requiredOption("--stack <name>", "name of the CloudFormation stack")
    .option("--customer <id>", "customer that the key, its webhooks and its events belong to", "1")
    .option("--grants <list>", "what the key may do, comma-separated", allGrants)
    .option("--label <text>", "what the key is for", "created with tidepost keys create")
    .option("--json", "print one JSON document, and errors as JSON");
  command.action(async () => {
    await run(command, async (terminal) => await keysCreate(command.opts<KeysCreateOptions>(), terminal));
  });
};

const keysCreate = async (options: KeysCreateOptions, terminal: Terminal): Promise<ExitCode> => {
  const { stack, json = false } = options;
  const request = keyRequest.safeParse({
    customer: options.customer,
    grants: options.grants.split(",").map((grant) => grant.trim()),
    label: options.label,
  });
  if (!request.success) {
    const problems = request.error.issues.map(({ message, path }) => `--${String(path[0])} ${message}`);
    throw usageError("The key cannot be created as asked", problems.join("; "));
  }
  const { customer, ...asked } = request.data;
  const wanted = { customerId: customer, grants: asked.grants, label: asked.label };

  const { apiUrl, created } = await explainAwsErrors(async () => {
    const { ApiKeysTableName: tableName, ApiUrl = "" } = await readStackOutputs(stack);
    if (tableName === undefined) throw notOurs(stack);
    return { apiUrl: ApiUrl, created: await createFirstKey({ tableName, ...wanted }) };
  });

  const { key, stored } = created;
  const { id, customerId, label, grants } = stored;
  if (json) {
    terminal.out(JSON.stringify({ key, id, customer_id: customerId, label, grants, url: apiUrl }, undefined, 2));
    return exitCodes.done;
  }
  terminal.out(key);
  terminal.error(
    [
      `It is customer ${customerId}'s key for ${apiUrl} and may do: ${grants.join(", ")}.`,
      "Keep it now: only its hash is stored, and nothing can show it again.",
    ].join("\n"),
  );
  return exitCodes.done;
};

const notOurs = (stack: string): CliError =>
  new CliError(exitCodes.failed, {
    message: `The stack ${stack} has no output ApiKeysTableName`,
    fix: "Check --stack: it must name a finished deployment of Tidepost.",
  });
