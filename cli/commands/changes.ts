import { type Command, Option } from "commander";
import { changesAnswer } from "#shared/contract/api/changes.ts";
import { changeActionText, changeAuthorText, differenceTexts } from "#shared/text/changes.ts";
import { isUuid } from "#shared/text/ids.ts";
import { listRows } from "../api.ts";
import { exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { wholeNumber } from "../options.ts";
import { printJson, printTable, tellMore, timeCell } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { RunCommand } from "../terminal.ts";

interface ChangesOptions extends AccessOptions {
  readonly limit: number;
}

/** Adds `tidepost changes ID`. */
export const addChanges = (program: Command, run: RunCommand): void => {
  const command = program
    .command("changes")
    .summary("list who changed a webhook, when and how")
    .description(
      "Lists a webhook's changes, newest first, with the label of the API key that made each. Of a secret it says only that it " +
        "was set, changed or removed. The changes of a webhook that was deleted need its whole id.",
    )
    .argument("<webhook>", webhookArgument)
    .addOption(
      new Option("--limit <rows>", "maximum number of rows")
        .argParser(wholeNumber({ from: 1, to: 1_000_000 }))
        .default(20),
    );
  addAccessOptions(command).action(async (webhook: string) => {
    await run(command, async (terminal) => {
      const { limit } = command.opts<ChangesOptions>();
      const access = await readAccess(command, terminal);
      const id = isUuid(webhook) ? webhook : (await findWebhook(access, webhook)).id;
      const path = `/webhooks/${encodeURIComponent(id)}/changes`;
      const { rows: changes, hasMore } = await listRows(access, { path, limit, answer: changesAnswer });
      if (terminal.json) printJson(terminal, changes);
      else if (changes.length === 0) terminal.note("There is no change yet.");
      else {
        printTable(
          terminal,
          [{ title: "when" }, { title: "what" }, { title: "by" }, { title: "fields" }],
          changes.map((change) => [
            timeCell(terminal, change.at),
            changeActionText(change.action),
            changeAuthorText(change),
            differenceTexts(change).join("; "),
          ]),
        );
      }
      if (hasMore) tellMore(terminal, limit);
      return exitCodes.done;
    });
  });
};
