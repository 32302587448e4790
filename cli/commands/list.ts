import { type Command, Option } from "commander";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { webhookSorts, webhookStates } from "#shared/contract/words.ts";
import { count } from "#shared/text/numbers.ts";
import { shortId } from "#shared/text/ids.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { wholeNumber } from "../options.ts";
import { printJson, printJsonLine, tablePrinter, timeCell } from "../output.ts";
import { summaryPages } from "../api.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface ListOptions extends AccessOptions {
  readonly state?: string;
  readonly search?: string;
  readonly filter?: string;
  readonly sort?: string;
  readonly ndjson?: boolean;
  readonly limit?: number;
}

/** Adds `tidepost list`. */
export const addList = (program: Command, run: RunCommand): void => {
  const command = program
    .command("list")
    .summary("list webhooks and their status")
    .description(
      "Lists the webhooks with their state, what waits to be delivered, latency and last success, page by page as they come.",
    )
    .addOption(new Option("--state <state>", "only webhooks in this state").choices(webhookStates))
    .option("--search <text>", "only webhooks with this text in their name or target, or an id that begins with it")
    .addOption(new Option("--filter <text>", "the same by its older name").hideHelp())
    .addOption(
      new Option("--sort <field>", `order: ${webhookSorts.join(", ")}; -name reverses`)
        .choices(sorts)
        .default("created"),
    )
    .option("--ndjson", "a line of JSON for each webhook, as they come")
    .addOption(
      new Option("--limit <rows>", "maximum number of rows").argParser(wholeNumber({ from: 1, to: 1_000_000 })),
    );
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await list(command, terminal));
  });
};

const sorts = webhookSorts.flatMap((sort) => [sort, `-${sort}`]);

const list = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<ListOptions>();
  const { state, filter, search = filter, sort = "created", limit = Number.POSITIVE_INFINITY } = options;
  const access = await readAccess(command, terminal);
  const query = { sort, ...(state === undefined ? {} : { state }), ...(search === undefined ? {} : { search }) };
  const print = printerOf(terminal, options);
  const shown: WebhookRow[] = [];
  let [total, matching] = [0, 0];
  for await (const page of summaryPages(access, query)) {
    const found = page.total === undefined ? page.results.filter((row) => isWanted(row, query)) : page.results;
    total = page.total ?? page.results.length;
    matching = page.matching ?? found.length;
    const rows = found.slice(0, limit - shown.length);
    shown.push(...rows);
    if (rows.length > 0) print(rows);
    if (shown.length >= limit) break;
  }
  if (terminal.json && options.ndjson !== true) printJson(terminal, shown);
  if (total === 0) terminal.note("No webhook is registered. Add one: tidepost create TARGET --all");
  else if (matching === 0) terminal.note(`0 of ${total} webhooks match.`);
  if (shown.length < matching) terminal.note(`${matching - shown.length} more; raise --limit to see them.`);
  return exitCodes.done;
};

/** What a server of version 0.1 does not choose. */
const isWanted = (row: WebhookRow, query: { readonly state?: string; readonly search?: string }): boolean => {
  const text = `${row.name}\n${row.target}`.toLowerCase();
  return (query.state ?? row.state) === row.state && text.includes((query.search ?? "").toLowerCase());
};

/** Prints rows as they come; JSON in one document is printed in the end. */
const printerOf = (
  terminal: CommandTerminal,
  { ndjson, quiet }: ListOptions,
): ((rows: readonly WebhookRow[]) => void) => {
  if (ndjson === true) return (rows) => rows.forEach((row) => printJsonLine(terminal, row));
  if (terminal.json) return () => {};
  if (quiet === true) return (rows) => rows.forEach(({ id }) => terminal.out(id));
  const print = tablePrinter(terminal, columns);
  return (rows) => print(rows.map((row) => cellsOf(terminal, row)));
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

const cellsOf = (terminal: CommandTerminal, row: WebhookRow): readonly string[] => [
  shortId(row.id),
  row.state_reason === null || row.state_reason === row.state ? row.state : `${row.state}: ${row.state_reason}`,
  row.name,
  row.target,
  count(row.pending_batches),
  row.p95_ms === null ? "-" : `${row.p95_ms} ms`,
  row.last_successful === undefined ? "never" : timeCell(terminal, row.last_successful),
];
