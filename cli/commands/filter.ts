import type { Command } from "commander";
import { type FilterTestResult, filterTestAnswer } from "#shared/contract/api/filter-test.ts";
import { counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { callApi } from "../api.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { list } from "../options.ts";
import { printJson } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { type ContentOptions, addContentOptions, readContentFields, readJson } from "../webhook-options.ts";

interface FilterTestOptions extends AccessOptions, ContentOptions {
  readonly events?: string;
  readonly sample?: readonly string[];
}

/** Adds `tidepost filter test`. */
export const addFilter = (program: Command, run: RunCommand): void => {
  const filter = program
    .command("filter")
    .summary("try a webhook's filter and selection")
    .description("Tries filters of webhooks.");
  const test = filter
    .command("test")
    .summary("show what a filter makes of events, without storing anything")
    .description(
      "Says how many events a webhook with this filter would get, and prints the first of them as they would be sent: by " +
        "default of the catalogue's samples.",
    )
    .option("--events <source>", "events to try: a JSON array, or a file with one")
    .option("--sample <types>", "try the samples of these event types alone, comma-separated", list);
  addAccessOptions(addContentOptions(test)).action(async () => {
    await run(test, async (terminal) => await runTest(test, terminal));
  });
};

const runTest = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<FilterTestOptions>();
  const access = await readAccess(command, terminal);
  const body = {
    ...(await readContentFields(options)),
    ...(options.events === undefined ? {} : { events: await readJson("--events", options.events) }),
    ...(options.sample === undefined ? {} : { sample_events: options.sample }),
  };
  const result = await callApi(access, {
    method: "POST",
    path: "/webhooks/filter-test",
    body: JSON.stringify(body),
    answer: filterTestAnswer,
  });
  if (terminal.json) printJson(terminal, result);
  else printResult(terminal, result);
  return exitCodes.done;
};

const printResult = (terminal: CommandTerminal, { events, matched, first }: FilterTestResult): void => {
  terminal.out(`would take ${matched} of ${counted(events, "event")}`);
  for (const event of first) terminal.out(plain(JSON.stringify(event)));
  if (matched > first.length) terminal.out(`… and ${matched - first.length} more`);
};
