import { type Command, Option } from "commander";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { webhookStates } from "#shared/contract/words.ts";
import { count } from "#shared/text/numbers.ts";
import { shortId } from "#shared/text/ids.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { wholeNumber } from "../options.ts";
import { printJson, printTable, timeCell } from "../output.ts";
import { readSummaries } from "../api.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface ListOptions extends AccessOptions {
  readonly state?: string;
  readonly filter?: string;
  readonly limit?: number;
}

/** Adds `tidepost list`. */
export const addList = (program: Command, run: RunCommand): void => {
  const command = program
    .command("list")
    .summary("list webhooks and their status")
    .description(
      "Lists the webhooks with their state, what waits to be delivered, latency and last success; oldest first.",
    )
    .addOption(new Option("--state <state>", "only webhooks in this state").choices(webhookStates))
    .option("--filter <text>", "only webhooks with this text in their name or target")
    .addOption(new Option("--limit <rows>", "most rows").argParser(wholeNumber({ from: 1, to: 1_000_000 })));
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await list(command, terminal));
  });
};

const list = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const { state, filter = "", limit, quiet } = command.opts<ListOptions>();
  const access = await readAccess(command, terminal);
  const all = await readSummaries(access);
  const wanted = filter.toLowerCase();
  const matching = all.filter((row) => {
    const text = `${row.name}\n${row.target}`.toLowerCase();
    return (state === undefined || row.state === state) && text.includes(wanted);
  });
  const rows = matching.slice(0, limit);
  if (terminal.json) {
    printJson(terminal, rows);
    return exitCodes.done;
  }
  if (quiet === true) {
    for (const { id } of rows) terminal.out(id);
    return exitCodes.done;
  }
  if (rows.length > 0) printRows(terminal, rows);
  else if (all.length === 0) terminal.note("No webhook is registered. Add one: tidepost create TARGET --all");
  else terminal.note(`None of ${all.length} webhooks matches.`);
  if (rows.length < matching.length) terminal.note(`${matching.length - rows.length} more; raise --limit to see them.`);
  return exitCodes.done;
};

const columns = [
  { title: "id" },
  { title: "state" },
  { title: "name" },
  { title: "target" },
  { title: "pending", isNumber: true },
  { title: "p95", isNumber: true, isOptional: true },
  { title: "last success" },
];

const printRows = (terminal: CommandTerminal, rows: readonly WebhookRow[]): void =>
  printTable(
    terminal,
    columns,
    rows.map((row) => [
      shortId(row.id),
      row.state_reason === null || row.state_reason === row.state ? row.state : `${row.state}: ${row.state_reason}`,
      row.name,
      row.target,
      count(row.pending_batches),
      row.p95_ms === null ? "-" : `${row.p95_ms} ms`,
      row.last_successful === undefined ? "never" : timeCell(terminal, row.last_successful),
    ]),
  );
