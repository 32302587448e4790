import { type Command, Option } from "commander";
import { type ChangeRecord, changesAnswer } from "#shared/contract/api/changes.ts";
import type { Answer } from "#shared/contract/api/common.ts";
import { changeActionText, changeAuthorText, differenceTexts } from "#shared/text/changes.ts";
import { isUuid } from "#shared/text/ids.ts";
import { type ApiAccess, callApiPage } from "../api.ts";
import { exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { wholeNumber } from "../options.ts";
import { printJson, printTable, timeCell } from "../output.ts";
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
      const { changes, hasMore } = await listChanges(access, id, limit);
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
      if (hasMore) terminal.note(`There are more; raise --limit ${limit} to see them.`);
      return exitCodes.done;
    });
  });
};

/** Most rows of one page. */
const pageRows = 100;

const listChanges = async (
  access: ApiAccess,
  webhookId: string,
  limit: number,
): Promise<{ readonly changes: readonly ChangeRecord[]; readonly hasMore: boolean }> => {
  const changes: ChangeRecord[] = [];
  let cursor: string | undefined;
  do {
    const { answer }: { readonly answer: Answer<typeof changesAnswer> } = await callApiPage(access, {
      method: "GET",
      path: `/webhooks/${encodeURIComponent(webhookId)}/changes`,
      query: {
        limit: String(Math.min(pageRows, limit - changes.length)),
        ...(cursor === undefined ? {} : { cursor }),
      },
      answer: changesAnswer,
    });
    changes.push(...answer.results);
    cursor = answer.next_cursor;
  } while (cursor !== undefined && changes.length < limit);
  return { changes, hasMore: cursor !== undefined };
};
