import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProbeResult } from "#shared/contract/api/probe.ts";
import type { Answer } from "#shared/contract/api/common.ts";
import { type Webhook, webhookAnswer, webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { maxIdempotencyKeyCharacters } from "#shared/contract/limits.ts";
import { timeUntil } from "#shared/text/times.ts";
import { type AccessOptions, addAccessOptions, consoleUrlOf, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, probeTarget } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { printFacts, printJson } from "../output.ts";
import { readBack } from "../read-back.ts";
import { eventsText, phasesText, probeFailure, verdict } from "../text.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { isPassing, tryAgain } from "../try-again.ts";
import { type WebhookOptions, addPostOptions, addWebhookOptions, readWebhookFields } from "../webhook-options.ts";

interface CreateOptions extends AccessOptions, WebhookOptions {
  readonly paused?: boolean;
  readonly idempotencyKey?: string;
}

/** What the header takes; an empty one would make nothing safe to repeat. */
const keyText = (text: string): string => {
  if (/^[\x21-\x7e]+$/.test(text) && text.length <= maxIdempotencyKeyCharacters) return text;
  throw new InvalidArgumentError(`It must have 1 to ${maxIdempotencyKeyCharacters} visible ASCII characters.`);
};

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
    addPostOptions(
      addWebhookOptions(command)
        .option("--paused", "collect no events until the webhook is resumed")
        .addOption(
          new Option(
            "--idempotency-key <text>",
            "makes the command safe to repeat: with the same text and options it creates one webhook",
          ).argParser(keyText),
        ),
    ),
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
  const name = options.name ?? URL.parse(target)?.host ?? target;
  const fields = {
    name,
    target,
    ...(await readWebhookFields(options, terminal)),
    ...(options.paused === true ? { active: false } : {}),
  };
  const test = await probeTarget(access, fields);
  if (!test.ok) throw probeFailure(test, "Webhook not created");
  const { id, signing_secret: secret } = await post(access, fields, options.idempotencyKey ?? randomUUID());
  const path = `/webhooks/${id}`;
  const stored = await readBack(
    terminal,
    async (signal) => await callApi(access, { method: "GET", path, answer: webhookAnswer, signal }),
  );
  const link = `${consoleUrlOf(access.url)}#/webhooks/${id}`;
  if (terminal.json)
    printJson(terminal, { id, ...stored, ...(secret === undefined ? {} : { signing_secret: secret }), test });
  else printCreated(terminal, { id, name, stored, secret, test, link, isQuiet: options.quiet === true });
  if (stored?.signing === true && secret === undefined && options.signingSecret === undefined) {
    terminal.note("! An earlier request has made it, whose answer had its secret: tidepost rotate makes a new one.");
  }
  return exitCodes.done;
};

/** Creates the webhook once, however often the request has to be sent. */
const post = async (
  access: ApiAccess,
  fields: object,
  idempotencyKey: string,
): Promise<Answer<typeof webhookReferenceAnswer>["results"]> => {
  try {
    return await tryAgain(
      async () =>
        await callApi(access, {
          method: "POST",
          path: "/webhooks",
          body: JSON.stringify(fields),
          headers: { "idempotency-key": idempotencyKey },
          answer: webhookReferenceAnswer,
        }),
    );
  } catch (error) {
    if (!isPassing(error)) throw error;
    const fix = `It may have been created. Repeat the command with --idempotency-key ${idempotencyKey}, which makes no second one.`;
    const errors = error.errors.map((item) => ({ ...item, fix }));
    throw new CliError(error.exitCode, errors, { cause: error });
  }
};

const printCreated = (
  terminal: CommandTerminal,
  created: {
    readonly id: string;
    readonly name: string;
    readonly stored: Webhook | undefined;
    readonly secret: string | undefined;
    readonly test: ProbeResult;
    readonly link: string;
    readonly isQuiet: boolean;
  },
): void => {
  const { id, name, stored, secret, test, link, isQuiet } = created;
  if (isQuiet) {
    terminal.out(id);
    if (secret !== undefined) terminal.out(secret);
    return;
  }
  const tick = terminal.paint("green", "✔");
  const phases = phasesText(test.timings);
  terminal.out(`${tick} ${verdict(test)}${phases === undefined ? "" : `   ${phases}`}`);
  terminal.out(`${tick} created ${stored?.name ?? name}`);
  printFacts(terminal, [
    ["  id", id],
    ["  events", stored && eventsText(stored)],
    ["  active", stored && (stored.active ? timeUntil(stored.active_at, Date.now()) : "no: paused")],
    ["  secret", secret === undefined ? undefined : `${secret}   keep it now: it is not shown again`],
    ["  console", link],
  ]);
};
