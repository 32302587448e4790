import type { Command } from "commander";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import type { BulkSubject } from "#shared/bulk/run-bulk.ts";
import { counted } from "#shared/text/numbers.ts";
import type { ApiAccess } from "../api.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { requireConfirm } from "../options.ts";
import { type AccessOptions, readAccess } from "../settings.ts";
import type { CommandTerminal } from "../terminal.ts";
import { type ChoiceOptions, chooseWebhooks } from "./choose.ts";
import { type BulkRun, runBulk } from "./run-bulk.ts";

/** Something that is done to many webhooks. */
export interface BulkAction<Value extends object, Subject extends BulkSubject = BulkSubject> extends Pick<
  BulkRun<Value>,
  "label" | "done" | "extra" | "isRepeatable" | "isAlwaysTold"
> {
  /** What is asked: `Pause`. */
  readonly verb: string;
  /** Whether only `yes`, in full, confirms it. */
  readonly isFinal?: boolean;
  /** Leaves out webhooks that are so already. */
  readonly fits?: (row: WebhookRow) => boolean;
  /** What becomes of the batches that wait: `wait until they are resumed`. */
  readonly fate?: string;
  /** What else is good to know before. */
  readonly note?: string;
  readonly perform: (access: ApiAccess, subject: Subject) => Promise<Value>;
}

/** Does something to the webhooks that options choose, after a question that says how many they are. */
export const runOnChosen = async <Value extends object>(
  command: Command,
  terminal: CommandTerminal,
  action: BulkAction<Value, WebhookRow>,
): Promise<ExitCode> => {
  const confirmed = requireConfirm(command, terminal, { what: `whether to ${action.verb.toLowerCase()}` });
  const access = await readAccess(command, terminal);
  const rows = await chooseWebhooks(access, command.opts<ChoiceOptions>(), terminal);
  const { fits = () => true } = action;
  const ready = rows.filter((row) => fits(row));
  const unfit = rows.length - ready.length;
  terminal.note(
    `${counted(rows.length, "webhook")} ${rows.length === 1 ? "matches" : "match"}${unfit === 0 ? "" : `; ${unfit} ${unfit === 1 ? "is" : "are"} ${action.done} already`}.`,
  );
  if (ready.length > 0) tellWaiting(terminal, ready, action);
  return await confirmAndRun({ command, terminal, action, access, subjects: ready, confirmed });
};

/** Does something to webhooks after a question; to none there is nothing to ask. */
export const confirmAndRun = async <Value extends object, Subject extends BulkSubject>(input: {
  readonly command: Command;
  readonly terminal: CommandTerminal;
  readonly action: BulkAction<Value, Subject>;
  readonly access: ApiAccess;
  readonly subjects: readonly Subject[];
  readonly confirmed: ReturnType<typeof requireConfirm>;
}): Promise<ExitCode> => {
  const { command, terminal, action, access, subjects, confirmed } = input;
  if (subjects.length > 0) {
    if (action.note !== undefined) terminal.note(action.note);
    if (!(await confirmed(`${action.verb} ${counted(subjects.length, "webhook")}?`, action.isFinal))) {
      terminal.note("Nothing was changed.");
      return exitCodes.failed;
    }
  }
  return await runBulk({
    ...action,
    terminal,
    subjects,
    isQuiet: command.opts<AccessOptions>().quiet === true,
    perform: async (subject) => await action.perform(access, subject),
  });
};

const tellWaiting = (
  terminal: CommandTerminal,
  rows: readonly WebhookRow[],
  { fate }: Pick<BulkAction<object>, "fate">,
): void => {
  const batches = rows.reduce((sum, row) => sum + row.pending_batches, 0);
  const events = rows.reduce((sum, row) => sum + row.pending_events, 0);
  if (fate === undefined || batches === 0) return;
  const least = rows.every((row) => row.pending_is_complete) ? "" : "At least ";
  terminal.note(`${least}${counted(batches, "batch", "batches")} with ${counted(events, "event")} ${fate}.`);
};
