import type { Command } from "commander";
import { changedText, deleteAsChosen } from "#shared/bulk/as-chosen.ts";
import { apiErrors } from "#shared/contract/api/errors.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { webhookAnswer } from "#shared/contract/api/webhook.ts";
import { plain } from "#shared/text/plain.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { addChoiceOptions, type ChoiceOptions, isChoice } from "../bulk/choose.ts";
import { type BulkAction, runOnChosen } from "../bulk/run-on-chosen.ts";
import { callApi, noResults, readSummary } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { printJson } from "../output.ts";
import { requireConfirm } from "../options.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { pendingText } from "../text.ts";

/** Adds `tidepost delete`. */
export const addDelete = (program: Command, run: RunCommand): void => {
  const command = program
    .command("delete")
    .summary("delete webhooks")
    .description(
      "Deletes a webhook, or all that options choose. No event is collected any more; batches that wait are still delivered, or expire.",
    )
    .argument("[webhook]", webhookArgument)
    .option("--yes", "do not ask");
  addAccessOptions(addChoiceOptions(command)).action(async (text: string | undefined) => {
    await run(command, async (terminal) => {
      const isChosen = isChoice(command.opts<ChoiceOptions>(), text === undefined ? [] : [text]);
      if (isChosen) return await runOnChosen(command, terminal, deletion);
      if (text === undefined) throw usageError("No webhook is named", "Name one.");
      return await deleteOne({ command, text, terminal });
    });
  });
};

const deletion: BulkAction<object, WebhookRow> = {
  verb: "Delete",
  label: "Deleting",
  done: "deleted",
  isFinal: true,
  fate: "are still delivered, or expire",
  isRepeatable: true,
  perform: async (access, chosen) => {
    const path = `/webhooks/${chosen.id}`;
    const ended = await deleteAsChosen(chosen, {
      read: () => callApi(access, { method: "GET", path, answer: webhookAnswer }),
      remove: (etag) => callApi(access, { method: "DELETE", path, headers: { "if-match": etag }, answer: noResults }),
      statusOf: (error) => (error instanceof CliError ? error.status : undefined),
    });
    if (ended === "changed") throw changedMeanwhile(chosen);
    return { deleted: true };
  },
};

const changedMeanwhile = ({ id }: WebhookRow): CliError =>
  new CliError(exitCodes.failed, {
    message: changedText,
    fix: `tidepost changes ${id} shows what was changed; choose it again to delete it.`,
    code: apiErrors.changedMeanwhile.code,
  });

const deleteOne = async (input: {
  readonly command: Command;
  readonly text: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, text, terminal } = input;
  const confirmed = requireConfirm(command, terminal, { what: "whether to delete" });
  const access = await readAccess(command, terminal);
  const { id, name, target, etag } = await findWebhook(access, text);
  const pending = pendingText(await readSummary(access, id));
  terminal.note(
    `${plain(name)} ${plain(target)}: ${pending === undefined ? "nothing waits" : `${pending}; they are still delivered, or expire`}`,
  );
  if (!(await confirmed(`Delete ${plain(name)}?`, true))) {
    terminal.note("Nothing was deleted.");
    return exitCodes.failed;
  }
  await callApi(access, {
    method: "DELETE",
    path: `/webhooks/${id}`,
    headers: { "if-match": etag },
    answer: noResults,
  });
  if (terminal.json) printJson(terminal, { id, deleted: true });
  else if (command.opts<AccessOptions>().quiet !== true) {
    terminal.out(`${terminal.paint("green", "✔")} deleted ${plain(name)}`);
  }
  return exitCodes.done;
};
