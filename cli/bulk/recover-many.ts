import type { Command } from "commander";
import type { Replay } from "#shared/contract/api/replay.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import type { ReplayChoice } from "#shared/contract/words.ts";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { serverTime } from "../api.ts";
import { CliError, type ExitCode, exitCodes } from "../errors.ts";
import { requireConfirm } from "../options.ts";
import { printJson } from "../output.ts";
import { readReplay, requireFinished, startReplay, tellLost, totalsText } from "../replays.ts";
import { type AccessOptions, readAccess } from "../settings.ts";
import type { CommandTerminal } from "../terminal.ts";
import { followJob } from "../watch-job.ts";
import { type ChoiceOptions, chooseWebhooks } from "./choose.ts";
import { jsonOf, performAll, runBulk } from "./run-bulk.ts";

/** What `recover` takes of its options where it works on many webhooks. */
export interface RecoverOptions extends AccessOptions, ChoiceOptions {
  readonly only?: ReplayChoice;
  readonly from?: string;
  readonly to?: string;
  readonly types?: readonly string[];
  readonly recipient?: string;
  readonly messageId?: string;
  readonly rate?: number;
  readonly dryRun?: boolean;
}

/**
 * Recovers the batches of the webhooks that options choose: counts each one's by a dry run, asks once, and has each sent. To a
 * webhook that is paused or cannot be counted nothing is sent, and the others go on.
 */
export const recoverMany = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<RecoverOptions>();
  const { only = "expired", from, types, recipient, messageId, rate, dryRun = false, quiet = false } = options;
  const confirmed = dryRun ? undefined : requireConfirm(command, terminal, { what: "whether to recover" });
  const access = await readAccess(command, terminal);
  const to = options.to ?? (await serverTime(access));
  const rows = await chooseWebhooks(access, options, terminal);
  const candidates = rows.filter((row) => mayHave(row, { only, from }));
  terminal.note(
    `${counted(rows.length, "webhook")} ${rows.length === 1 ? "matches" : "match"}; ${count(candidates.length)} may have batches to recover.`,
  );
  const signal = terminal.interrupted?.();
  const start = async (id: string, isDry: boolean): Promise<Replay> => {
    const wanted = { from, to, only, types, recipient, message_id: messageId, rate, dry_run: isDry };
    const started = await startReplay(access, id, wanted);
    const { current, failure } = await followJob({
      started,
      read: async () => await readReplay(access, started),
      signal,
    });
    if (failure !== undefined) throw goesOn(failure, current);
    return current;
  };
  const counting = { terminal, isRepeatable: false, isQuiet: true, done: "counted", label: "Counting" };
  const counts = await performAll({
    ...counting,
    subjects: candidates,
    perform: async ({ id, active }) => {
      if (!active && !dryRun) throw new CliError(exitCodes.failed, paused);
      return requireFinished(await start(id, true));
    },
  });
  const found = counts.outcomes.flatMap((outcome) => (outcome.kind === "done" ? [outcome] : []));
  const isWhole = found.length === candidates.length;
  const plans = found.filter(({ value }) => value.events_matched > 0);
  const batches = plans.reduce((sum, { value }) => sum + value.batches_formed, 0);
  const events = plans.reduce((sum, { value }) => sum + value.events_matched, 0);
  const whatText = `${counted(batches, "batch", "batches")} with ${counted(events, "event")} to ${counted(plans.length, "webhook")}`;
  if (!terminal.json) for (const { subject, value } of found) tellPlan(terminal, { subject, value, dryRun });
  const failure = counts.stoppedBy ?? exitCodes.failed;
  const isOver = counts.stoppedBy !== undefined || signal?.aborted === true;
  if (dryRun || isOver || plans.length === 0) {
    if (terminal.json) printJson(terminal, counts.outcomes.map(jsonOf));
    else if (dryRun) terminal.out(`would send ${whatText}`);
    else terminal.note(isOver ? "Nothing was sent." : "There is nothing to recover.");
    return isWhole && !isOver ? exitCodes.done : failure;
  }
  if (confirmed !== undefined && !(await confirmed(`Send ${whatText}?`))) {
    terminal.note("Nothing was sent.");
    return exitCodes.failed;
  }
  const ended = await runBulk({
    terminal,
    label: "Recovering",
    done: "recovered",
    // An answer that is lost may have been that of a recovery that runs.
    isRepeatable: false,
    isQuiet: quiet,
    known: counts.outcomes.filter(({ kind }) => kind === "failed"),
    subjects: plans.map(({ subject }) => subject),
    perform: async ({ id }) => {
      const replay = await start(id, false);
      return replay.state === "running" ? replay : requireFinished(replay);
    },
    extra: (replay) =>
      replay.state === "running" ? `goes on without this command, ${totalsText(replay)} so far` : totalsText(replay),
  });
  return ended === exitCodes.done && !isWhole ? failure : ended;
};

const paused = { message: "The webhook is paused", fix: "Resume it first. A dry run works while it is paused." };

/** A replay that cannot be watched any more. Too many requests are no reason to begin it anew: it runs. */
const goesOn = (failure: CliError, { dry_run: isDry, id, webhook_id: webhookId }: Replay): CliError => {
  const fix = `The ${isDry ? "count" : "recovery"} goes on; to end it: tidepost replay ${webhookId} --cancel ${id}`;
  const { errors, exitCode, status } = failure;
  const kept = status === undefined || status === 429 ? {} : { status };
  return new CliError(
    exitCode,
    errors.map((error) => ({ ...error, fix })),
    { cause: failure, ...kept },
  );
};

/** Whether a webhook can have such batches; what expired before the last day is looked for where a time is given. */
const mayHave = (
  { expired_24h: expired, pending_batches: pending }: WebhookRow,
  { only, from }: { readonly only: ReplayChoice; readonly from: string | undefined },
): boolean => from !== undefined || expired > 0 || (only !== "expired" && pending > 0);

const tellPlan = (
  terminal: CommandTerminal,
  { subject, value, dryRun }: { readonly subject: WebhookRow; readonly value: Replay; readonly dryRun: boolean },
): void => {
  const { batches_formed: batches, events_matched: events, recovery } = value;
  const text = `${plain(subject.name)} (${shortId(subject.id)}): ${counted(batches, "batch", "batches")}, ${counted(events, "event")}`;
  if (!dryRun) terminal.note(text);
  else {
    terminal.out(text);
    for (const batchId of recovery?.batch_ids ?? []) terminal.out(`  ${batchId}`);
  }
  tellLost(terminal, value);
};
