import { readFile } from "node:fs/promises";
import { type FieldChange, type ImportResult, type ImportRow, importAnswer } from "#shared/contract/api/import.ts";
import type { Command } from "commander";
import { plain } from "#shared/text/plain.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi } from "../api.ts";
import { CliError, type ExitCode, errorLines, exitCodes } from "../errors.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { requireConfirm } from "../options.ts";
import { inColumns } from "../output.ts";

interface ApplyOptions extends AccessOptions {
  readonly plan?: boolean;
  readonly prune?: boolean;
}

/** Adds `tidepost apply FILE`. */
export const addApply = (program: Command, run: RunCommand): void => {
  const command = program
    .command("apply")
    .summary("register the webhooks of a webhooks.json")
    .description(
      "Makes the registered webhooks match a webhooks.json of Momentum. Shows a plan, and applies it with --yes.",
    )
    .argument("<file>", "path of the webhooks.json")
    .option("--plan", "only show the plan")
    .option("--prune", "also remove webhooks that the file does not have")
    .option("--yes", "apply without asking");
  addAccessOptions(command).action(async (file: string) => {
    await run(command, async (terminal) => await apply({ command, file, terminal }));
  });
};

const apply = async (input: {
  readonly command: Command;
  readonly file: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, file, terminal } = input;
  const { plan: isPlan = false, prune = false } = command.opts<ApplyOptions>();
  const confirmed = isPlan
    ? undefined
    : requireConfirm(command, terminal, {
        what: "whether to apply the plan",
        fix: "Add --yes to apply, or --plan to look.",
      });
  const content = await readContent(file);
  const access = await readAccess(command, terminal);
  const send = async (plan: boolean): Promise<ImportResult> => await importFile(access, { content, plan, prune });

  if (terminal.json) {
    const answer = await send(isPlan);
    terminal.out(JSON.stringify(answer, undefined, 2));
    return exitCodeOf(answer);
  }
  const planned = await send(true);
  const work = workText(planned);
  for (const line of planLines(access.url, planned)) terminal.out(line);
  if (work === undefined) terminal.out("Nothing to do.");
  if (isPlan || work === undefined) return exitCodes.done;
  if (confirmed !== undefined && !(await confirmed(`Apply (${work})?`))) {
    terminal.out("Nothing was applied.");
    return exitCodes.failed;
  }
  const applied = await send(false);
  for (const line of outcomeLines(applied)) terminal.out(line);
  return exitCodeOf(applied);
};

const importFile = async (
  access: ApiAccess,
  request: { readonly content: Buffer<ArrayBuffer>; readonly plan: boolean; readonly prune: boolean },
): Promise<ImportResult> =>
  await callApi(access, {
    method: "POST",
    path: "/webhooks/import",
    query: { plan: String(request.plan), prune: String(request.prune) },
    body: request.content,
    answer: importAnswer,
  });

const exitCodeOf = ({ plan }: ImportResult): ExitCode =>
  plan.some(({ outcome }) => outcome === "failed" || outcome === "not_tried") ? exitCodes.failed : exitCodes.done;

const readContent = async (file: string): Promise<Buffer<ArrayBuffer>> => {
  try {
    return await readFile(file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(exitCodes.failed, { message: `The file cannot be read: ${message}` }, { cause: error });
  }
};

/** The plan, one line a row. */
export const planLines = (url: string, { entries, registered, plan }: ImportResult): readonly string[] => {
  const rows = plan.filter(({ action }) => action !== "only_registered");
  const kept = plan.filter(({ action }) => action === "only_registered").map(({ name }) => plain(name));
  return [
    `Plan for ${url}, ${entries} in file, ${registered} registered`,
    ...inColumns(rows.map((row) => [`  ${planMarks[row.action]}`, plain(row.name), plain(row.target), detail(row)])),
    ...rows.flatMap(({ name, not_taken: notTaken = [] }) =>
      notTaken.length === 0 ? [] : [`  ! not taken over for ${plain(name)}: ${notTaken.map(plain).join(", ")}`],
    ),
    ...(kept.length === 0 ? [] : [`  - only registered: ${kept.join(", ")} (kept; remove with --prune)`]),
  ];
};

const planMarks: Readonly<Record<ImportRow["action"], string>> = {
  add: "+ add   ",
  change: "~ change",
  same: "= same  ",
  remove: "- remove",
  only_registered: "- only registered",
};

const detail = (row: ImportRow): string => {
  const { action, changes = [], events = [], auth_token: token = "", custom_headers: customHeaders = {} } = row;
  if (action === "change") return changes.map(changeText).join("   ");
  if (action !== "add") return "";
  const headers = Object.keys(customHeaders);
  return [
    row.events_mode === "all" ? "all events" : events.length === 1 ? "1 event" : `${events.length} events`,
    ...(row.active === false ? ["paused"] : []),
    ...(token === "" ? [] : ["token set"]),
    ...(headers.length === 0 ? [] : [`headers ${headers.map(plain).join(", ")}`]),
    ...(["filter", "fields", "mask"] as const).flatMap((field) => {
      const value = row[field];
      return value === undefined ? [] : [`${field} ${plain(value)}`];
    }),
  ].join(", ");
};

const changeText = (change: FieldChange): string => {
  if ("from" in change) {
    const { field, from, to } = change;
    if (field === "auth_token") return `token ${from === "" ? "set" : to === "" ? "removed" : "changed"}`;
    return `${field}: ${plain(from)} → ${plain(to)}`;
  }
  const { field, added, removed } = change;
  const changed = "changed" in change ? change.changed : [];
  const marked = [
    added.map((name) => `+ ${name}`),
    changed.map((name) => `~ ${name}`),
    removed.map((name) => `- ${name}`),
  ];
  return `${field}: ${marked.flat().map(plain).join(" ")}`;
};

/** How many rows of a plan would do something, in words; undefined when there is nothing to do. */
export const workText = ({ plan }: ImportResult): string | undefined => {
  const count = (action: ImportRow["action"]): number => plan.filter((row) => row.action === action).length;
  const counts = [
    ["add", count("add")],
    ["change", count("change")],
    ["remove", count("remove")],
  ] as const;
  const work = counts.filter(([, number]) => number > 0).map(([action, number]) => `${action} ${number}`);
  return work.length === 0 ? undefined : work.join(", ");
};

/** What became of each row that was to do something, and the totals. */
export const outcomeLines = ({ plan }: ImportResult): readonly string[] => {
  const lines = plan.flatMap((row) => {
    const name = plain(row.name);
    if (row.outcome === "applied") return [`  ✔ ${doneWords[row.action]} ${name}`];
    if (row.outcome === "unchanged" || row.outcome === undefined) return [];
    const failure = row.outcome === "failed" ? "failed " : "not tried";
    return [`  ✖ ${failure} ${name}`, ...(row.errors ?? []).flatMap(errorLines).map((line) => `    ${line}`)];
  });
  const count = (outcome: ImportRow["outcome"]): number => plan.filter((row) => row.outcome === outcome).length;
  const totals = [
    `${count("applied")} applied`,
    `${count("unchanged")} unchanged`,
    ...(count("failed") === 0 ? [] : [`${count("failed")} failed`]),
    ...(count("not_tried") === 0 ? [] : [`${count("not_tried")} not tried`]),
  ];
  return [...lines, totals.join(", ")];
};

const doneWords: Readonly<Record<ImportRow["action"], string>> = {
  add: "added  ",
  change: "changed",
  remove: "removed",
  same: "kept   ",
  only_registered: "kept   ",
};
