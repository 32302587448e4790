import type { Command } from "commander";
import { webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";
import { addChoiceOptions, type ChoiceOptions, isChoice } from "../bulk/choose.ts";
import { runBulk } from "../bulk/run-bulk.ts";
import { type BulkAction, runOnChosen } from "../bulk/run-on-chosen.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, readSummary } from "../api.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { findWebhooks, webhookArgument } from "../find.ts";
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
  readonly fateOfMany: string;
  readonly label: string;
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
    fateOfMany: "wait until they are resumed",
    label: "Pausing",
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
    fateOfMany: "go out",
    label: "Resuming",
    note: "Events of the pause come only by a replay: tidepost replay WEBHOOK --from TIME",
  },
];

/** Adds `tidepost pause` and `tidepost resume`. */
export const addPauseResume = (program: Command, run: RunCommand): void => {
  for (const change of changes) {
    const command = program
      .command(change.verb)
      .summary(change.summary)
      .description(change.description)
      .argument("[webhook...]", webhookArgument)
      .option("--yes", "do not ask");
    addAccessOptions(addChoiceOptions(command)).action(async (texts: readonly string[]) => {
      await run(command, async (terminal) =>
        isChoice(command.opts<ChoiceOptions>(), texts)
          ? await runOnChosen(command, terminal, bulkActionOf(change))
          : await apply({ command, change, texts, terminal }),
      );
    });
  }
};

const bulkActionOf = ({ verb, label, done, active, fateOfMany: fate, note }: Change): BulkAction<object> => ({
  verb: capitalised(verb),
  label,
  done,
  fits: (row) => row.active !== active,
  fate,
  note,
  isRepeatable: true,
  perform: async (access, { id }) => {
    await setActive(access, id, active);
    return { active };
  },
});

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
  const found = await findWebhooks(access, texts);
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
  if (ready.length === 0 && !terminal.json) return exitCodes.done;
  return await runBulk({
    ...bulkActionOf(change),
    terminal,
    subjects: ready,
    known: found.flatMap((webhook) =>
      ready.includes(webhook) ? [] : [{ kind: "done", subject: webhook, value: webhook }],
    ),
    isQuiet: quiet === true,
    perform: async (webhook) => {
      await setActive(access, webhook.id, change.active);
      return { ...webhook, active: change.active };
    },
  });
};

const setActive = async (access: ApiAccess, id: string, active: boolean): Promise<void> => {
  const body = JSON.stringify({ active });
  await callApi(access, { method: "PUT", path: `/webhooks/${id}`, body, answer: webhookReferenceAnswer });
};

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
