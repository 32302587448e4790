import { type Command, Option } from "commander";
import type { EventSearch } from "#shared/contract/api/search.ts";
import { searchAnswer } from "#shared/contract/api/search.ts";
import { isUuid } from "#shared/text/ids.ts";
import { searchWaitText } from "#shared/text/missing.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { duration, secondMs } from "#shared/text/times.ts";
import { type ApiAccess, callApi } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { findBatchAlone, findWebhook } from "../find.ts";
import { list, time, wholeNumber } from "../options.ts";
import { printFacts, printJson } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { printBatch } from "../show-batch.ts";
import { printSearch } from "../show-search.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { leaveJob, watchJob } from "../watch-job.ts";

interface FindOptions extends AccessOptions {
  readonly eventId?: string;
  readonly messageId?: string;
  readonly transmissionId?: string;
  readonly recipient?: string;
  readonly campaign?: string;
  readonly types?: readonly string[];
  readonly subaccount?: number;
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
  readonly cancel?: string;
}

/** What a search is for, and whether it is only estimated. */
const criteria = [
  "eventId",
  "messageId",
  "transmissionId",
  "recipient",
  "campaign",
  "types",
  "subaccount",
  "since",
  "until",
  "dryRun",
];

const maxSubaccount = 2_147_483_647;

/** Adds `tidepost find`. */
export const addFind = (program: Command, run: RunCommand): void => {
  const command = program
    .command("find")
    .summary("find an event, or a batch by its id alone")
    .description(
      "Looks for events on the stream, as long as it keeps them, and shows in which batches they went to each webhook. Or shows " +
        "the batch that a receiver's log names (header X-MessageSystems-Batch-ID), its attempts, and its webhook. Exits with 1 " +
        "when nothing is found. The search runs in the background of the API: Ctrl-C only stops watching it.",
    )
    .argument("[what]", "id of a batch, an event, a message or a transmission, or a recipient's address")
    .option("--event-id <id>", "only the event with this id")
    .option("--message-id <id>", "only events of this message or transmission")
    .option("--transmission-id <id>", "only events of this transmission")
    .option("--recipient <address>", "only events to this address, or telephone number")
    .option("--campaign <id>", "only events of this campaign")
    .addOption(new Option("--types <list>", "only these event types, separated by commas").argParser(list))
    .addOption(
      new Option("--subaccount <number>", "only events of this sub-account; 0 is the primary account").argParser(
        wholeNumber({ from: 0, to: maxSubaccount }),
      ),
    )
    .addOption(
      new Option("--since <time>", "earliest arrival; a time, or how long ago: 2h. 24 hours by default").argParser(
        time,
      ),
    )
    .addOption(new Option("--until <time>", "latest arrival; now when left out").argParser(time))
    .option("--dry-run", "only estimate what the search takes")
    .addOption(new Option("--cancel <search>", "end a running search instead: its id").conflicts(criteria));
  addAccessOptions(command).action(async (what: string | undefined) => {
    await run(command, async (terminal) => {
      const { cancel, ...options } = command.opts<FindOptions>();
      const body = searchFor(what, options);
      const names = Object.entries(body).filter(([, value]) => value !== undefined);
      if (cancel !== undefined && what !== undefined) {
        throw usageError(`--cancel ends a search, and '${what}' begins one`, "Leave one of them out.");
      }
      if (names.length === 0 && cancel === undefined) {
        throw usageError("There is nothing to look for", "Give an id or an address, or one of the options.");
      }
      const access = await readAccess(command, terminal);
      if (cancel !== undefined) return await cancelSearch(access, cancel, terminal);
      const isBatch = what !== undefined && isUuid(what) && names.length === 1;
      if (isBatch && (await showBatch(access, what, terminal))) return exitCodes.done;
      return await search(access, { ...body, dry_run: options.dryRun }, terminal);
    });
  });
};

const searchFor = (what: string | undefined, options: Omit<FindOptions, "cancel">) => ({
  ...(what === undefined ? {} : what.includes("@") ? { recipient: what } : { id: what }),
  event_id: options.eventId,
  message_id: options.messageId,
  transmission_id: options.transmissionId,
  ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
  campaign_id: options.campaign,
  types: options.types,
  subaccount_id: options.subaccount,
  from: options.since,
  to: options.until,
});

/** Shows a batch; false when there is none of that id. */
const showBatch = async (access: ApiAccess, batchId: string, terminal: CommandTerminal): Promise<boolean> => {
  try {
    const batch = await findBatchAlone(access, batchId);
    if (terminal.json) {
      printJson(terminal, batch);
      return true;
    }
    const { id, name, target } = await findWebhook(access, batch.webhook_id);
    printFacts(terminal, [
      ["webhook", `${name} (${id})`],
      ["target", target],
    ]);
    terminal.out("");
    printBatch(terminal, batch);
    return true;
  } catch (error) {
    if (error instanceof CliError && error.status === 404) return false;
    throw error;
  }
};

const pathOf = (searchId: string): string => `/events/search/${encodeURIComponent(searchId)}`;

const search = async (access: ApiAccess, wanted: object, terminal: CommandTerminal): Promise<ExitCode> => {
  const body = JSON.stringify(wanted);
  const started = await callApi(access, { method: "POST", path: "/events/search", body, answer: searchAnswer });
  const watched = await watchJob(terminal, {
    started,
    label: "Searching",
    read: async () => await callApi(access, { method: "GET", path: pathOf(started.id), answer: searchAnswer }),
    text: (now) =>
      `${counted(now.matches.length, "match", "matches")}, ${bytes(now.bytes_read)} read${costText(now)}${waitText(now.waits_for)}`,
  });
  const { current, isOver } = watched;
  if (!isOver) {
    return leaveJob(terminal, watched, { what: "The search", cancel: `tidepost find --cancel ${current.id}` });
  }
  if (terminal.json) printJson(terminal, current);
  else if (current.dry_run) terminal.out(`would read ${estimateText(current)}`);
  else printSearch(terminal, current);
  const isDone = current.state === "finished" && (current.dry_run || current.matches.length > 0);
  return isDone ? exitCodes.done : exitCodes.failed;
};

const estimateText = ({ estimate }: EventSearch): string =>
  estimate === undefined
    ? "nothing"
    : `about ${count(estimate.records)} records, ${bytes(estimate.bytes)}, of ${counted(estimate.shards, "shard")}, ` +
      `in ${duration(estimate.seconds * secondMs)}`;

const waitText = (wait: EventSearch["waits_for"]): string => (wait === undefined ? "" : `; ${searchWaitText(wait)}`);

const costText = ({ estimate }: EventSearch): string =>
  estimate === undefined ? "" : ` of about ${bytes(estimate.bytes)}`;

const cancelSearch = async (access: ApiAccess, searchId: string, terminal: CommandTerminal): Promise<ExitCode> => {
  const path = `${pathOf(searchId)}/cancel`;
  const cancelled = await callApi(access, { method: "POST", path, answer: searchAnswer });
  if (terminal.json) printJson(terminal, cancelled);
  else terminal.out(`${terminal.paint("green", "✔")} cancelled`);
  return exitCodes.done;
};
