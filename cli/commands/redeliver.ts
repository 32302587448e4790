import type { Command } from "commander";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { ApiAccess } from "../api.ts";
import { redeliver, sendBatchTo } from "../batches.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { batchArgument, findBatch, findWebhook, webhookArgument } from "../find.ts";
import { printFacts, printJson } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { outcomeText } from "../text.ts";

interface RedeliverOptions extends AccessOptions {
  readonly to?: string;
}

/** Adds `tidepost redeliver ID BATCH`. */
export const addRedeliver = (program: Command, run: RunCommand): void => {
  const command = program
    .command("redeliver")
    .summary("attempt a batch that waits now, or send a kept one again")
    .description(
      "Attempts a waiting batch at once, with the same id and body, or sends a delivered one again while its webhook keeps " +
        "bodies (--keep-bodies). A receiver that ignores ids that it has done also ignores it. With --to it goes to another URL once, " +
        "without the webhook's secrets, if that answers a test POST with 2xx, and is no attempt. The body of a batch that has " +
        "expired is gone: tidepost recover forms it again.",
    )
    .argument("<webhook>", webhookArgument)
    .argument("<batch>", batchArgument)
    .option("--to <url>", "POST the batch to this URL instead, once");
  addAccessOptions(command).action(async (webhook: string, batch: string) => {
    await run(command, async (terminal) => {
      const { to } = command.opts<RedeliverOptions>();
      const access = await readAccess(command, terminal);
      const { id } = await findWebhook(access, webhook);
      const { batch_id: batchId, state } = await findBatch(access, id, batch);
      if (to !== undefined) return await send(terminal, access, { webhookId: id, batchId, target: to });
      const result = await redeliver(access, id, batchId);
      if (terminal.json) printJson(terminal, result);
      else {
        const what = state === "delivered" ? "sent again" : "attempted now";
        terminal.out(`${terminal.paint("green", "✔")} batch ${batchId} is ${what}`);
        terminal.note(`See how it goes: tidepost batch ${id} ${batchId}`);
      }
      return exitCodes.done;
    });
  });
};

/** Ends with 1 when the URL did not take the batch. */
const send = async (
  terminal: CommandTerminal,
  access: ApiAccess,
  wanted: { readonly webhookId: string; readonly batchId: string; readonly target: string },
): Promise<ExitCode> => {
  const sent = await sendBatchTo(access, wanted);
  if (terminal.json) printJson(terminal, sent);
  else {
    const { ok, response, latency_ms: latencyMs = 0, reason, error_code: code } = sent;
    const outcome = {
      outcome: ok ? ("delivered" as const) : ("failed" as const),
      latency_ms: latencyMs,
      ...(response === undefined ? {} : { status: response.status }),
      ...(reason === undefined ? {} : { reason }),
      ...(code === undefined ? {} : { error_code: code }),
    };
    terminal.out(outcomeText(outcome, terminal.paint));
    printFacts(terminal, [
      ["likely", sent.likely],
      ["fix", sent.fix],
    ]);
  }
  return sent.ok ? exitCodes.done : exitCodes.failed;
};
