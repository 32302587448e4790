import type { Command } from "commander";
import { type Webhook, webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, readSummary } from "../api.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { printJson } from "../output.ts";
import { requireConfirm } from "../options.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { pendingText } from "../text.ts";

interface Change {
  readonly verb: "pause" | "resume";
  readonly done: string;
  readonly active: boolean;
  readonly summary: string;
  readonly description: string;
  /** What becomes of the batches that wait. */
  readonly fate: string;
  readonly note: string;
}

const changes: readonly Change[] = [
  {
    verb: "pause",
    done: "paused",
    active: false,
    summary: "collect no events for webhooks",
    description:
      "Pauses webhooks: new events are not collected. Batches already formed wait, and expire at the end of their retry window " +
      "unless the webhook is resumed before.",
    fate: "wait until it is resumed",
    note: "New events are not collected from now on.",
  },
  {
    verb: "resume",
    done: "resumed",
    active: true,
    summary: "collect events for webhooks again",
    description:
      "Resumes webhooks: batches that wait go out, and new events are collected. Events of the pause come only by a replay.",
    fate: "go out",
    note: "Events of the pause come only by a replay: tidepost replay WEBHOOK --from TIME",
  },
];

/** Adds `tidepost pause ID…` and `tidepost resume ID…`. */
export const addPauseResume = (program: Command, run: RunCommand): void => {
  for (const change of changes) {
    const command = program
      .command(change.verb)
      .summary(change.summary)
      .description(change.description)
      .argument("<webhook...>", webhookArgument)
      .option("--yes", "do not ask");
    addAccessOptions(command).action(async (texts: readonly string[]) => {
      await run(command, async (terminal) => await apply({ command, change, texts, terminal }));
    });
  }
};

const apply = async (input: {
  readonly command: Command;
  readonly change: Change;
  readonly texts: readonly string[];
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, change, texts, terminal } = input;
  const { quiet } = command.opts<AccessOptions>();
  const confirmed = requireConfirm(command, terminal, { what: `whether to ${change.verb}` });
  const access = await readAccess(command, terminal);
  const found = await findAll(access, texts);
  const ready = found.filter(({ active }) => active !== change.active);
  for (const webhook of found) {
    const pending = pendingText(await readSummary(access, webhook.id));
    const isReady = ready.includes(webhook);
    const text = !isReady
      ? `is ${change.done} already`
      : pending === undefined
        ? "nothing waits"
        : `${pending} ${change.fate}`;
    terminal.note(`${plain(webhook.name)} (${shortId(webhook.id)}): ${text}`);
  }
  if (ready.length > 0) {
    terminal.note(change.note);
    const names = ready.map(({ name }) => plain(name)).join(", ");
    if (!(await confirmed(`${capitalised(change.verb)} ${names}?`))) {
      terminal.note("Nothing was changed.");
      return exitCodes.failed;
    }
  }
  for (const { id } of ready) await setActive(access, id, change.active);
  if (terminal.json)
    printJson(
      terminal,
      found.map((webhook) => ({ ...webhook, active: change.active })),
    );
  else if (quiet !== true)
    for (const { name } of ready) terminal.out(`${terminal.paint("green", "✔")} ${change.done} ${plain(name)}`);
  return exitCodes.done;
};

/** All webhooks that are named, or none: one that is not there stops the rest before anything is changed. */
const findAll = async (access: ApiAccess, texts: readonly string[]): Promise<readonly Webhook[]> => {
  const found = new Map<string, Webhook>();
  for (const text of texts) {
    const webhook = await findWebhook(access, text);
    found.set(webhook.id, webhook);
  }
  return [...found.values()];
};

const setActive = async (access: ApiAccess, id: string, active: boolean): Promise<void> => {
  const body = JSON.stringify({ active });
  await callApi(access, { method: "PUT", path: `/webhooks/${id}`, body, answer: webhookReferenceAnswer });
};

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
