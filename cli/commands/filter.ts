import { type Command, Option } from "commander";
import { type FilterTestResult, filterTestAnswer } from "#shared/contract/api/filter-test.ts";
import { exactJsonOf } from "#shared/text/json.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { callApi } from "../api.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { list, time } from "../options.ts";
import { printJson } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { cancelTest, printEvents, testStream } from "../stream-test.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { type ContentOptions, addContentOptions, readContentFields, readJson } from "../webhook-options.ts";

interface FilterTestOptions extends AccessOptions, ContentOptions {
  readonly events?: string;
  readonly sample?: readonly string[];
  readonly last?: string;
  readonly types?: readonly string[];
  readonly dryRun?: boolean;
  readonly cancel?: string;
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
        "default of the catalogue's samples. With --last it counts the events that have come on the stream, in the background of " +
        "the API: Ctrl-C only stops watching it.",
    )
    .option("--events <source>", "events to try: a JSON array, or a file with one")
    .option("--sample <types>", "try the samples of these event types alone, comma-separated", list)
    .addOption(
      new Option("--last <time>", "try the events on the stream: since a time, or of the last so long: 1h, 15m")
        .argParser(time)
        .conflicts(["events", "sample"]),
    )
    .addOption(
      new Option(
        "--types <list>",
        "with --last: the webhook's event types, comma-separated; all when left out",
      ).argParser(list),
    )
    .option("--dry-run", "with --last: only estimate what reading takes")
    .addOption(
      new Option("--cancel <test>", "end a running test of the stream instead: its id").conflicts([
        "events",
        "sample",
        "last",
        "types",
        "dryRun",
        "filter",
        "fields",
        "mask",
      ]),
    );
  addAccessOptions(addContentOptions(test)).action(async () => {
    await run(test, async (terminal) => await runTest(test, terminal));
  });
};

const runTest = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<FilterTestOptions>();
  const { cancel, dryRun, last, types } = options;
  if (last === undefined && (types !== undefined || dryRun !== undefined)) {
    throw usageError("--types and --dry-run go with --last", "Add --last 1h, or name samples with --sample.");
  }
  const access = await readAccess(command, terminal);
  if (cancel !== undefined) return await cancelTest(access, cancel, terminal);
  const content = await readContentFields(options);
  if (last !== undefined) {
    return await testStream(access, { ...content, events: types, from: last, dry_run: dryRun }, terminal);
  }
  const body = {
    ...content,
    ...(options.events === undefined ? {} : { events: await readJson("--events", options.events, exactJsonOf) }),
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
  terminal.out(`would take ${count(matched)} of ${counted(events, "event")}`);
  printEvents(terminal, { matched, first });
};
