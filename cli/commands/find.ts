import type { Command } from "commander";
import { isUuid } from "#shared/text/ids.ts";
import { exitCodes, usageError } from "../errors.ts";
import { findBatchAlone, findWebhook } from "../find.ts";
import { printFacts, printJson } from "../output.ts";
import { addAccessOptions, readAccess } from "../settings.ts";
import { printBatch } from "../show-batch.ts";
import type { RunCommand } from "../terminal.ts";

/** Adds `tidepost find BATCH`. */
export const addFind = (program: Command, run: RunCommand): void => {
  const command = program
    .command("find")
    .summary("find a batch by its id alone")
    .description(
      "Shows the batch that a receiver's log names (header X-MessageSystems-Batch-ID), its attempts, and the webhook that it " +
        "belongs to.",
    )
    .argument("<batch>", "whole id of the batch");
  addAccessOptions(command).action(async (batchId: string) => {
    await run(command, async (terminal) => {
      if (!isUuid(batchId)) {
        throw usageError(
          `'${batchId}' is not the id of a batch`,
          "Give the whole id: without its webhook a part does not find it.",
        );
      }
      const access = await readAccess(command, terminal);
      const batch = await findBatchAlone(access, batchId);
      if (terminal.json) {
        printJson(terminal, batch);
        return exitCodes.done;
      }
      const { id, name, target } = await findWebhook(access, batch.webhook_id);
      printFacts(terminal, [
        ["webhook", `${name} (${id})`],
        ["target", target],
      ]);
      terminal.out("");
      printBatch(terminal, batch);
      return exitCodes.done;
    });
  });
};
