import type { Command } from "commander";
import { addAccessOptions, readAccess } from "../settings.ts";
import { exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { printFacts, printJson } from "../output.ts";
import { readSummary } from "../api.ts";
import type { RunCommand } from "../terminal.ts";
import { webhookFacts } from "../text.ts";

/** Adds `tidepost get ID`. */
export const addGet = (program: Command, run: RunCommand): void => {
  const command = program
    .command("get")
    .summary("show a webhook")
    .description(
      "Shows all fields of a webhook, its state with the reason and since when, and what waits to be delivered.",
    )
    .argument("<webhook>", webhookArgument);
  addAccessOptions(command).action(async (text: string) => {
    await run(command, async (terminal) => {
      const access = await readAccess(command, terminal);
      const webhook = await findWebhook(access, text);
      const row = await readSummary(access, webhook.id);
      if (terminal.json) printJson(terminal, { ...webhook, ...row });
      else printFacts(terminal, webhookFacts(webhook, row));
      return exitCodes.done;
    });
  });
};
