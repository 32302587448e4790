import type { Command } from "commander";
import { plain } from "#shared/text/plain.ts";
import type { ObjectOutcome, RestoreWhat } from "../aws/restore.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { addCommonOptions } from "../options.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface RestoreOptions {
  readonly stack: string;
  readonly below: string;
  readonly customer?: string;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

const failedWindowsPrefix = "aws/lambda/";
const quarantinePrefix = "quarantine/";
/** As in API keys: a header's line must not end early. */
const customerPattern = /^[\x21-\x7e]{1,64}$/;

/** Adds `tidepost restore failed-windows` and `tidepost restore quarantine`. */
export const addRestore = (program: Command, run: RunCommand): void => {
  const restore = program
    .command("restore")
    .summary("put back on the stream what was put aside")
    .description(
      "Puts records that a stack has put aside back on its stream, with the AWS credentials and region of the environment. " +
        "Shows a plan first. Each object is deleted once the stream has taken its records.",
    );
  const windows = restore
    .command("failed-windows")
    .summary("records of windows that Lambda gave up")
    .description(
      `Puts the records of the objects below ${failedWindowsPrefix} back on the stream. Their events come in batches with new ` +
        "ids; receivers drop those that they have by event id.",
    );
  addOptions(windows, failedWindowsPrefix).action(async () => {
    await run(windows, async (terminal) => {
      const options = windows.opts<RestoreOptions>();
      const { readFailedWindow } = await import("../aws/restore.ts");
      const prefix = `${failedWindowsPrefix}${options.below}`;
      return await restoreBelow(options, terminal, { prefix, read: readFailedWindow });
    });
  });
  const quarantine = restore
    .command("quarantine")
    .summary("records that could not be read")
    .description(
      `Puts the pieces of the objects below ${quarantinePrefix} back on the stream, unchanged. Use it once you have deployed ` +
        "code that reads them, or with --customer for events that name no customer. Documents of Amazon SES go back to their " +
        "queue. What still cannot be read returns to the quarantine.",
    )
    .option("--customer <id>", "customer of the events that name no customer");
  addOptions(quarantine, quarantinePrefix).action(async () => {
    await run(quarantine, async (terminal) => {
      const options = quarantine.opts<RestoreOptions>();
      const { customer } = options;
      if (customer !== undefined && !customerPattern.test(customer)) {
        throw usageError(`--customer must be 1 to 64 visible ASCII characters, not '${plain(customer)}'`, "Check it.");
      }
      const { readQuarantined } = await import("../aws/restore.ts");
      const prefix = `${quarantinePrefix}${options.below}`;
      return await restoreBelow(options, terminal, { prefix, read: (text) => readQuarantined(text, customer) });
    });
  });
};

const addOptions = (command: Command, prefix: string): Command =>
  addCommonOptions(
    command
      .requiredOption("--stack <name>", "name of the CloudFormation stack")
      .option("--below <text>", `only objects whose key continues with this text after ${prefix}`, "")
      .option("--plan", "only show the plan")
      .option("--yes", "restore without asking"),
  );

const restoreBelow = async (
  options: RestoreOptions,
  terminal: CommandTerminal,
  what: RestoreWhat,
): Promise<ExitCode> => {
  const { plan: isPlan = false, stack, yes = false } = options;
  const { confirm, json } = terminal;
  if (!isPlan && !yes && confirm === undefined) {
    throw usageError("Cannot ask here whether to restore", "Add --yes to restore, or --plan to look.");
  }
  // AWS's clients take a while to load, which --help need not wait for.
  const { explainAwsErrors } = await import("../aws/stack.ts");
  const { placesOf, planRestore, restoreObjects } = await import("../aws/restore.ts");
  return await explainAwsErrors(async () => {
    const places = await placesOf(stack);
    try {
      let planned = noOutcomes;
      const keys: string[] = [];
      for await (const outcome of planRestore(places, what)) {
        planned = addOutcome(planned, outcome);
        keys.push(outcome.key);
      }
      if (!json) for (const line of outcomeLines(planned)) terminal.out(line);
      const isNothing = planned.objects === 0;
      if (isPlan || isNothing) {
        if (json) terminal.out(outcomeJson(planned));
        return planned.kept.length > 0 ? exitCodes.failed : exitCodes.done;
      }
      if (!yes && (await confirm?.(`Put ${planned.records} records back on ${places.streamName}?`)) !== true) {
        terminal.note("Nothing was restored.");
        return exitCodes.failed;
      }
      let restored = noOutcomes;
      for await (const outcome of restoreObjects(places, what, keys)) {
        restored = addOutcome(restored, outcome);
        terminal.note(progressLine(restored, planned));
      }
      if (json) terminal.out(outcomeJson(restored));
      else for (const line of outcomeLines(restored)) terminal.out(line);
      return restored.kept.length > 0 ? exitCodes.failed : exitCodes.done;
    } finally {
      places.s3.destroy();
      places.kinesis.destroy();
      places.documents?.sqs.destroy();
    }
  });
};

/** What a plan or a run came to so far. */
export interface Outcomes {
  /** Whether it is what was done, or what would be done. */
  readonly isDone: boolean;
  /** Objects seen. */
  readonly objects: number;
  /** Records that the stream took, or would get. */
  readonly records: number;
  /** Records by why they had been put aside. */
  readonly problems: Readonly<Record<string, number>>;
  /** Objects that stay, with the reason. */
  readonly kept: readonly { readonly key: string; readonly reason: string }[];
}

export const noOutcomes: Outcomes = { isDone: false, objects: 0, records: 0, problems: {}, kept: [] };

export const addOutcome = (before: Outcomes, outcome: ObjectOutcome): Outcomes => {
  const objects = before.objects + 1;
  if (outcome.kind === "kept") {
    const { key, reason } = outcome;
    return { ...before, objects, kept: [...before.kept, { key, reason }] };
  }
  const problems = { ...before.problems };
  for (const problem of outcome.problems) problems[problem] = (problems[problem] ?? 0) + 1;
  const records = before.records + outcome.problems.length;
  return { ...before, isDone: outcome.kind === "restored", objects, problems, records };
};

/** Plan or result for people. */
export const outcomeLines = ({ isDone, kept, objects, problems, records }: Outcomes): readonly string[] => {
  if (objects === 0) return ["There is nothing to restore."];
  const taken = objects - kept.length;
  return [
    `${isDone ? "Restored" : "Plan: restore"} ${records} records of ${taken} objects`,
    ...Object.entries(problems).map(([problem, count]) => `  ${String(count).padStart(6)}  ${plain(problem)}`),
    ...kept.map(({ key, reason }) => `  ✖ kept ${plain(key)}: ${plain(reason)}`),
  ];
};

/** How far a run is. */
export const progressLine = ({ objects, records }: Outcomes, planned: Outcomes): string =>
  `${objects} of ${planned.objects} objects, ${records} records`;

/** Plan or result for programs. */
export const outcomeJson = ({ isDone, kept, objects, problems, records }: Outcomes): string =>
  JSON.stringify({ restored: isDone, objects, records, problems, kept }, undefined, 2);
