import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type AccessOptions, addAccessOptions, readAccess } from "../access.ts";
import { type ApiAccess, callApi } from "../api-client.ts";
import { CliError, type ExitCode, exitCodes } from "../cli-error.ts";
import type { CommandTerminal, RunCommand } from "../run-command.ts";
import { requireConfirm } from "../require-confirm.ts";
import { type ImportAnswer, importAnswer } from "./apply-answer.ts";
import { outcomeLines, planLines, workText } from "./apply-text.ts";

interface ApplyOptions extends AccessOptions {
  readonly plan?: boolean;
  readonly prune?: boolean;
}

/** Adds `tidepost apply FILE`. */
export const addApply = (program: Command, run: RunCommand): void => {
  const command = program
    .command("apply")
    .summary("register the webhooks of a webhooks.json")
    .description(
      "Makes the registered webhooks those of a webhooks.json, as Momentum has it: shows a plan, then applies it when told to.",
    )
    .argument("<file>", "path of the webhooks.json")
    .option("--plan", "only show the plan")
    .option("--prune", "also remove webhooks that the file does not have")
    .option("--yes", "apply without asking");
  addAccessOptions(command).action(async (file: string) => {
    await run(command, async (terminal) => await apply({ command, file, terminal }));
  });
};

const apply = async (input: {
  readonly command: Command;
  readonly file: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, file, terminal } = input;
  const { plan: isPlan = false, prune = false } = command.opts<ApplyOptions>();
  const confirmed = isPlan
    ? undefined
    : requireConfirm(command, terminal, {
        what: "whether to apply the plan",
        fix: "Add --yes to apply, or --plan to look.",
      });
  const content = await readContent(file);
  const access = await readAccess(command, terminal);
  const send = async (plan: boolean): Promise<ImportAnswer> => await importFile(access, { content, plan, prune });

  if (terminal.json) {
    const answer = await send(isPlan);
    terminal.out(JSON.stringify(answer, undefined, 2));
    return exitCodeOf(answer);
  }
  const planned = await send(true);
  const work = workText(planned);
  for (const line of planLines(access.url, planned)) terminal.out(line);
  if (work === undefined) terminal.out("Nothing to do.");
  if (isPlan || work === undefined) return exitCodes.done;
  if (confirmed !== undefined && !(await confirmed(`Apply (${work})?`))) {
    terminal.out("Nothing was applied.");
    return exitCodes.failed;
  }
  const applied = await send(false);
  for (const line of outcomeLines(applied)) terminal.out(line);
  return exitCodeOf(applied);
};

const importFile = async (
  access: ApiAccess,
  request: { readonly content: Buffer<ArrayBuffer>; readonly plan: boolean; readonly prune: boolean },
): Promise<ImportAnswer> =>
  await callApi(access, {
    method: "POST",
    path: "/webhooks/import",
    query: { plan: String(request.plan), prune: String(request.prune) },
    body: request.content,
    results: importAnswer,
  });

const exitCodeOf = ({ plan }: ImportAnswer): ExitCode =>
  plan.some(({ outcome }) => outcome === "failed" || outcome === "not_tried") ? exitCodes.failed : exitCodes.done;

const readContent = async (file: string): Promise<Buffer<ArrayBuffer>> => {
  try {
    return await readFile(file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(exitCodes.failed, { message: `The file cannot be read: ${message}` }, { cause: error });
  }
};
