import type { Command } from "commander";
import { addAccessOptions, readAccess } from "../settings.ts";
import { redeliver } from "../batches.ts";
import { exitCodes } from "../errors.ts";
import { batchArgument, findBatch, findWebhook, webhookArgument } from "../find.ts";
import { printJson } from "../output.ts";
import type { RunCommand } from "../terminal.ts";

/** Adds `tidepost redeliver ID BATCH`. */
export const addRedeliver = (program: Command, run: RunCommand): void => {
  const command = program
    .command("redeliver")
    .summary("attempt a batch that waits now")
    .description(
      "Attempts a waiting batch at once, with the same id and body. The body of a batch that was delivered or has expired is " +
        "gone: tidepost recover forms an expired one again.",
    )
    .argument("<webhook>", webhookArgument)
    .argument("<batch>", batchArgument);
  addAccessOptions(command).action(async (webhook: string, batch: string) => {
    await run(command, async (terminal) => {
      const access = await readAccess(command, terminal);
      const { id } = await findWebhook(access, webhook);
      const { batch_id: batchId } = await findBatch(access, id, batch);
      const result = await redeliver(access, id, batchId);
      if (terminal.json) printJson(terminal, result);
      else {
        terminal.out(`${terminal.paint("green", "✔")} batch ${batchId} is attempted now`);
        terminal.note(`See how it goes: tidepost batch ${id} ${batchId}`);
      }
      return exitCodes.done;
    });
  });
};
