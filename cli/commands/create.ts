import type { Command } from "commander";
import type { ProbeResult } from "#shared/contract/api/probe.ts";
import { type Webhook, webhookAnswer, webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { timeUntil } from "#shared/text/times.ts";
import { type AccessOptions, addAccessOptions, consoleUrlOf, readAccess } from "../settings.ts";
import { callApi, probeTarget } from "../api.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { printFacts, printJson } from "../output.ts";
import { eventsText, phasesText, probeFailure, verdict } from "../text.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { type WebhookOptions, addPostOptions, addWebhookOptions, readWebhookFields } from "../webhook-options.ts";

interface CreateOptions extends AccessOptions, WebhookOptions {
  readonly paused?: boolean;
}

/** Adds `tidepost create TARGET`. */
export const addCreate = (program: Command, run: RunCommand): void => {
  const command = program
    .command("create")
    .summary("register a webhook")
    .description(
      "Registers a webhook. Its target first gets a test POST, which it must answer with 2xx within six seconds. Otherwise " +
        "the command stores nothing, says why, and ends with 1.",
    )
    .argument("<target>", "URL that gets the batches");
  addAccessOptions(
    addPostOptions(addWebhookOptions(command).option("--paused", "collect no events until the webhook is resumed")),
  ).action(async (target: string) => {
    await run(command, async (terminal) => await create({ command, target, terminal }));
  });
};

const create = async (input: {
  readonly command: Command;
  readonly target: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, target, terminal } = input;
  const options = command.opts<CreateOptions>();
  if (options.events === undefined && options.all !== true) {
    throw usageError("A webhook needs events", "Choose them with --events LIST, or take all with --all.");
  }
  const access = await readAccess(command, terminal);
  const fields = {
    name: URL.parse(target)?.host ?? target,
    target,
    ...(await readWebhookFields(options, terminal)),
    ...(options.paused === true ? { active: false } : {}),
  };
  const test = await probeTarget(access, fields);
  if (!test.ok) throw probeFailure(test, "Webhook not created");
  const created = await callApi(access, {
    method: "POST",
    path: "/webhooks",
    body: JSON.stringify(fields),
    answer: webhookReferenceAnswer,
  });
  const { id, signing_secret: secret } = created;
  const stored = await callApi(access, { method: "GET", path: `/webhooks/${id}`, answer: webhookAnswer });
  const link = `${consoleUrlOf(access.url)}#/webhooks/${id}`;
  if (terminal.json)
    printJson(terminal, { ...stored, ...(secret === undefined ? {} : { signing_secret: secret }), test });
  else printCreated(terminal, { stored, secret, test, link, isQuiet: options.quiet === true });
  return exitCodes.done;
};

const printCreated = (
  terminal: CommandTerminal,
  created: {
    readonly stored: Webhook;
    readonly secret: string | undefined;
    readonly test: ProbeResult;
    readonly link: string;
    readonly isQuiet: boolean;
  },
): void => {
  const { stored, secret, test, link, isQuiet } = created;
  if (isQuiet) {
    terminal.out(stored.id);
    if (secret !== undefined) terminal.out(secret);
    return;
  }
  const tick = terminal.paint("green", "✔");
  const phases = phasesText(test.timings);
  terminal.out(`${tick} ${verdict(test)}${phases === undefined ? "" : `   ${phases}`}`);
  terminal.out(`${tick} created ${stored.name}`);
  printFacts(terminal, [
    ["  id", stored.id],
    ["  events", eventsText(stored)],
    ["  active", stored.active ? timeUntil(stored.active_at, Date.now()) : "no: paused"],
    ["  secret", secret === undefined ? undefined : `${secret}   keep it now: it is not shown again`],
    ["  console", link],
  ]);
};
