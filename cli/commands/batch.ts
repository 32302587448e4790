import { type Command, Option } from "commander";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { count } from "#shared/text/numbers.ts";
import { timeUntil } from "#shared/text/times.ts";
import { isUuid, shortId } from "#shared/text/ids.ts";
import { postCommand } from "#shared/text/post-command.ts";
import { version } from "#shared/contract/version.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { ApiAccess } from "../api.ts";
import { listBatches, readBody } from "../batches.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { batchArgument, findBatch, findBatchAlone, findWebhook, webhookArgument } from "../find.ts";
import { time, wholeNumber } from "../options.ts";
import { printJson, printJsonLine, printTable, progressOf, tellMore, timeCell } from "../output.ts";
import { printBatch } from "../show-batch.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface BatchOptions extends AccessOptions {
  readonly payload?: boolean;
  readonly curl?: boolean;
  readonly state?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** Adds `tidepost batch ID [BATCH]`. */
export const addBatch = (program: Command, run: RunCommand): void => {
  const command = program
    .command("batch")
    .summary("list a webhook's batches, or show one with its attempts")
    .description(
      "Without a batch: lists the webhook's batches, newest first. With one: shows its attempts, what is next and until when. " +
        "A body is kept until its batch expires or is delivered, and after that for the days that its webhook keeps bodies; " +
        "then --payload and --curl end with 1. " +
        "They also take the whole id of a batch alone.",
    )
    .argument("<webhook>", webhookArgument)
    .argument("[batch]", batchArgument)
    .addOption(new Option("--payload", "print the body").conflicts("curl"))
    .option("--curl", "print the POST as commands for a shell, with curl; secrets are variables")
    .option("--state <list>", "list: only these states, comma-separated")
    .addOption(new Option("--from <time>", "list: created from then on").argParser(time))
    .addOption(new Option("--to <time>", "list: created before then").argParser(time))
    .addOption(
      new Option("--limit <rows>", "list: maximum number of rows")
        .argParser(wholeNumber({ from: 1, to: 1_000_000 }))
        .default(20),
    );
  addAccessOptions(command).action(async (webhook: string, batch: string | undefined) => {
    await run(command, async (terminal) => {
      const options = command.opts<BatchOptions>();
      const isAlone = batch === undefined && (options.payload === true || options.curl === true);
      if (isAlone && !isUuid(webhook)) {
        throw usageError(
          "--payload and --curl are about one batch",
          "Name it after the webhook, or by its whole id alone.",
        );
      }
      const access = await readAccess(command, terminal);
      if (isAlone) {
        const detail = await findBatchAlone(access, webhook);
        const owner = await findWebhook(access, detail.webhook_id);
        return await show({ access, webhook: owner, batch: detail, options, terminal });
      }
      const found = await findWebhook(access, webhook);
      if (batch === undefined) return await list({ access, webhookId: found.id, options, terminal });
      const detail = await findBatch(access, found.id, batch);
      return await show({ access, webhook: found, batch: detail, options, terminal });
    });
  });
};

interface Shown {
  readonly access: ApiAccess;
  readonly options: BatchOptions;
  readonly terminal: CommandTerminal;
}

const list = async ({
  access,
  webhookId,
  options,
  terminal,
}: Shown & { readonly webhookId: string }): Promise<ExitCode> => {
  const { state, from, to, limit, quiet } = options;
  const given = Object.entries({ state, from, to }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const { rows, hasMore } = await listBatches(access, { webhookId, limit, query: Object.fromEntries(given) });
  if (terminal.json) printJson(terminal, rows);
  else if (quiet === true) for (const { batch_id: id } of rows) terminal.out(id);
  else if (rows.length === 0) terminal.note("There is no batch yet, or no batch matches.");
  else {
    printTable(
      terminal,
      [
        { title: "batch" },
        { title: "created" },
        { title: "state" },
        { title: "events", isNumber: true },
        { title: "attempts", isNumber: true },
        { title: "last answer" },
        { title: "next" },
      ],
      rows.map((row) => [
        shortId(row.batch_id),
        timeCell(terminal, row.created_at),
        row.state,
        count(row.events),
        String(row.attempts),
        [row.reason, row.response_code].filter((part) => part !== undefined).join(" "),
        row.ended_at === undefined && row.next_attempt_at !== undefined
          ? timeUntil(row.next_attempt_at, Date.now())
          : "",
      ]),
    );
  }
  if (hasMore) tellMore(terminal, limit);
  return exitCodes.done;
};

const show = async (
  shown: Shown & { readonly webhook: Webhook; readonly batch: BatchWithAttempts },
): Promise<ExitCode> => {
  const { access, webhook, batch, options, terminal } = shown;
  if (options.payload === true || options.curl === true) {
    const progress = progressOf(terminal, "Reading the body");
    const events = await readBody(access, {
      webhookId: webhook.id,
      batchId: batch.batch_id,
      onPage: (read, total) => progress.show(read / total, `${count(read)} of ${count(total)} events`),
    });
    progress.end();
    // As it is sent: one line.
    if (options.payload === true) printJsonLine(terminal, events);
    else printCurl(terminal, webhook, batch);
    return exitCodes.done;
  }
  if (terminal.json) printJson(terminal, batch);
  else printBatch(terminal, batch);
  return exitCodes.done;
};

const printCurl = (terminal: CommandTerminal, webhook: Webhook, batch: BatchWithAttempts): void => {
  const { text: curl, variables } = postCommand(webhook, {
    batchId: batch.batch_id,
    replayId: batch.replay_id,
    version,
    source: { text: `tidepost batch ${webhook.id} ${batch.batch_id} --payload`, variables: [] },
  });
  if (terminal.json) printJson(terminal, { curl, variables });
  else terminal.out(curl);
  if (variables.length > 0) terminal.note(`Set ${variables.join(", ")} first.`);
};
