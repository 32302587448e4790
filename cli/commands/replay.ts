import { type Command, Option } from "commander";
import { type Replay, replayAnswer } from "#shared/contract/api/replay.ts";
import { type ReplayChoice, replayChoices } from "#shared/contract/words.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, serverTime } from "../api.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { list, requireConfirm, time, wholeNumber } from "../options.ts";
import { readReplay, requireFinished, startReplay, tellLost, totalsText } from "../replays.ts";
import { addChoiceOptions, type ChoiceOptions, isChoice } from "../bulk/choose.ts";
import { recoverMany } from "../bulk/recover-many.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { printJson } from "../output.ts";
import { leaveJob, type Watched, watchJob } from "../watch-job.ts";

interface ReplayOptions extends AccessOptions {
  readonly from?: string;
  readonly to?: string;
  readonly only?: ReplayChoice;
  readonly batch?: string;
  readonly types?: readonly string[];
  readonly recipient?: string;
  readonly messageId?: string;
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly cancel?: string;
}

/** Adds `tidepost replay ID`. */
export const addReplay = (program: Command, run: RunCommand): void => {
  const command = program
    .command("replay")
    .summary("deliver events of the past once more")
    .description(
      "Counts the events that the stream still has for a webhook in a time range, asks for confirmation, and delivers them " +
        "again in new batches. The replay runs in the background of the API: Ctrl-C only stops watching it.",
    )
    .argument("<webhook>", webhookArgument)
    .addOption(
      new Option("--from <time>", "earliest arrival of an event; a time, or how long ago: 15m").argParser(time),
    )
    .addOption(new Option("--to <time>", "latest arrival; now when left out").argParser(time))
    .addOption(
      new Option("--only <what>", "recover batches instead, as `tidepost recover` does").choices(replayChoices),
    );
  addReplayOptions(command);
  command.addOption(
    new Option("--cancel <replay>", "end a running replay instead: its id").conflicts([
      "from",
      "to",
      "only",
      "batch",
      "types",
      "recipient",
      "messageId",
      "rate",
      "dryRun",
    ]),
  );
  addAccessOptions(command).action(async (webhook: string) => {
    await run(command, async (terminal) => await runReplay({ command, webhook, terminal }));
  });
};

/** Adds `tidepost recover`. */
export const addRecover = (program: Command, run: RunCommand): void => {
  const command = program
    .command("recover")
    .summary("deliver the batches that expired")
    .description(
      "Counts a webhook's batches that have expired, or those of all webhooks that options choose, asks, and delivers them once more " +
        "while the stream has their events: each with its own id and events, and nothing that was delivered. Of many webhooks those " +
        "are looked at that lost a batch in the last 24 hours, with --from all. Runs in the background of the API: Ctrl-C ends " +
        "only the watching, and `tidepost replay WEBHOOK --cancel ID` ends it.",
    )
    .argument("[webhook]", webhookArgument)
    .addOption(
      new Option("--only <what>", "expired, failed: and what has failed and waits, undelivered: and all that waits")
        .choices(replayChoices)
        .default("expired"),
    )
    .addOption(new Option("--from <time>", "earliest creation of a batch; all when left out").argParser(time))
    .addOption(new Option("--to <time>", "latest creation; now when left out").argParser(time));
  addReplayOptions(command);
  addAccessOptions(addChoiceOptions(command)).action(async (webhook: string | undefined) => {
    await run(command, async (terminal) => {
      const { batch, ...choice } = command.opts<ReplayOptions & ChoiceOptions>();
      const isChosen = isChoice(choice, webhook === undefined ? [] : [webhook]);
      if (webhook !== undefined) return await runReplay({ command, webhook, terminal });
      if (isChosen && batch !== undefined) throw usageError("--batch is a batch of one webhook", "Name the webhook.");
      return await recoverMany(command, terminal);
    });
  });
};

const addReplayOptions = (command: Command): void => {
  command
    .option("--batch <id>", "recover this batch alone: its whole id")
    .addOption(new Option("--types <list>", "only these event types, separated by commas").argParser(list))
    .option(
      "--recipient <address>",
      "only events to this address, or telephone number; of a recovery batches that have one",
    )
    .option("--message-id <id>", "only events of this message or transmission; of a recovery batches that have one")
    .addOption(
      new Option("--rate <batches>", "maximum number of batches a second").argParser(
        wholeNumber({ from: 1, to: 1_000_000 }),
      ),
    )
    .option("--dry-run", "only count")
    .option("--yes", "do not ask");
};

const runReplay = async (input: {
  readonly command: Command;
  readonly webhook: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, webhook, terminal } = input;
  const {
    from,
    to: givenTo,
    only,
    batch,
    types,
    recipient,
    messageId,
    rate,
    ...options
  } = command.opts<ReplayOptions>();
  const { dryRun = false, cancel } = options;
  if (cancel === undefined && from === undefined && only === undefined) {
    throw usageError("A replay needs its beginning", "Add --from TIME, such as --from 15m.");
  }
  const confirmed =
    dryRun || cancel !== undefined ? undefined : requireConfirm(command, terminal, { what: "whether to replay" });
  const access = await readAccess(command, terminal);
  const { id } = await findWebhook(access, webhook);
  if (cancel !== undefined) return await cancelReplay(access, { webhookId: id, replayId: cancel, terminal });

  const to = givenTo ?? (await serverTime(access));
  const start = async (isDry: boolean): Promise<Replay> => {
    const wanted = { from, to, only, batch_id: batch, types, recipient, message_id: messageId, rate, dry_run: isDry };
    return await startReplay(access, id, wanted);
  };
  const counting = await watch(access, { started: await start(true), terminal, label: "Counting" });
  if (!counting.isOver) return left(terminal, counting);
  const plan = requireFinished(counting.current);
  const took = plan.estimated_seconds === undefined ? "" : `, about ${duration(plan.estimated_seconds * 1_000)}`;
  const plannedText = `${counted(plan.batches_formed, "batch", "batches")}, ${counted(plan.events_matched, "event")}${took}`;
  if (!terminal.json) tellLost(terminal, plan);
  if (dryRun) {
    if (terminal.json) printJson(terminal, plan);
    else {
      terminal.out(`would send ${plannedText}`);
      for (const batchId of plan.recovery?.batch_ids ?? []) terminal.out(`  ${batchId}`);
    }
    return exitCodes.done;
  }
  terminal.note(`Would send ${plannedText}.`);
  if (plan.events_matched === 0) {
    if (terminal.json) printJson(terminal, plan);
    else terminal.note(only === undefined ? "There is nothing to replay." : "There is nothing to recover.");
    return exitCodes.done;
  }
  if (confirmed !== undefined && !(await confirmed(`Send ${plannedText}?`))) {
    terminal.note("Nothing was sent.");
    return exitCodes.failed;
  }
  const label = only === undefined ? "Replaying" : "Recovering";
  const sending = await watch(access, { started: await start(false), terminal, label });
  if (!sending.isOver) return left(terminal, sending);
  const done = requireFinished(sending.current);
  if (terminal.json) printJson(terminal, done);
  else terminal.out(`${terminal.paint("green", "✔")} sent ${totalsText(done)}   replay ${done.id}`);
  return exitCodes.done;
};

/** Watches a replay until it ends, or until Ctrl-C. */
const watch = async (
  access: ApiAccess,
  {
    started,
    terminal,
    label,
  }: { readonly started: Replay; readonly terminal: CommandTerminal; readonly label: string },
): Promise<Watched<Replay>> =>
  await watchJob(terminal, {
    started,
    label,
    read: async () => await readReplay(access, started),
    text: ({ batches_formed: batches, events_matched: events }) => `${count(batches)} batches, ${count(events)} events`,
  });

const left = (terminal: CommandTerminal, watched: Watched<Replay>): ExitCode => {
  const { id, webhook_id: webhookId, dry_run: isDry, batches_sent: sent } = watched.current;
  const what = isDry ? "The count" : `The replay, ${counted(sent, "batch", "batches")} sent so far,`;
  return leaveJob(terminal, watched, { what, cancel: `tidepost replay ${webhookId} --cancel ${id}` });
};

const cancelReplay = async (
  access: ApiAccess,
  input: { readonly webhookId: string; readonly replayId: string; readonly terminal: CommandTerminal },
): Promise<ExitCode> => {
  const { webhookId, replayId, terminal } = input;
  const path = `/webhooks/${webhookId}/replays/${encodeURIComponent(replayId)}/cancel`;
  const cancelled = await callApi(access, { method: "POST", path, answer: replayAnswer });
  if (terminal.json) printJson(terminal, cancelled);
  else terminal.out(`${terminal.paint("green", "✔")} cancelled after ${totalsText(cancelled)}`);
  return exitCodes.done;
};
