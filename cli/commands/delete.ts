import type { Command } from "commander";
import { plain } from "#shared/text/plain.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { callApi, noResults, readSummary } from "../api.ts";
import { exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { printJson } from "../output.ts";
import { requireConfirm } from "../options.ts";
import type { RunCommand } from "../terminal.ts";
import { pendingText } from "../text.ts";

/** Adds `tidepost delete ID`. */
export const addDelete = (program: Command, run: RunCommand): void => {
  const command = program
    .command("delete")
    .summary("delete a webhook")
    .description("Deletes a webhook. No event is collected any more; batches that wait are still delivered, or expire.")
    .argument("<webhook>", webhookArgument)
    .option("--yes", "do not ask");
  addAccessOptions(command).action(async (text: string) => {
    await run(command, async (terminal) => {
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
    });
  });
};
