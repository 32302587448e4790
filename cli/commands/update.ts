import { isDeepStrictEqual } from "node:util";
import { webhookAnswer, webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { needsTestPost } from "#shared/text/test-post.ts";
import { type Command, Option } from "commander";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { callApi, readSummary } from "../api.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { printFacts, printJson } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { type WebhookOptions, addPostOptions, addWebhookOptions, readWebhookFields } from "../webhook-options.ts";
import { readBack } from "../read-back.ts";
import { pendingText } from "../text.ts";

interface UpdateOptions extends AccessOptions, WebhookOptions {
  readonly target?: string;
  readonly removeToken?: boolean;
  readonly removeHeaders?: boolean;
  readonly removeFilter?: boolean;
  readonly removeFields?: boolean;
  readonly removeMask?: boolean;
}

/** Adds `tidepost update ID`. */
export const addUpdate = (program: Command, run: RunCommand): void => {
  const command = program
    .command("update")
    .summary("change a webhook")
    .description(
      "Changes what the options name and leaves the rest. A new target, and one that is to get compressed bodies from now on, " +
        "gets a test POST first. Batches that wait keep the target and settings that they were formed with.",
    )
    .argument("<webhook>", webhookArgument)
    .option("--target <url>", "URL that gets the batches");
  addAccessOptions(
    addPostOptions(
      addWebhookOptions(command)
        .addOption(new Option("--remove-token", "stop sending a token").conflicts("token"))
        .addOption(new Option("--remove-filter", "deliver all events of the types again").conflicts("filter"))
        .addOption(new Option("--remove-fields", "deliver all fields again").conflicts("fields"))
        .addOption(new Option("--remove-mask", "deliver values as they are").conflicts("mask"))
        .addOption(
          new Option("--remove-headers", "stop sending custom headers; --header replaces them all").conflicts("header"),
        ),
    ),
  ).action(async (text: string) => {
    await run(command, async (terminal) => await update({ command, text, terminal }));
  });
};

const update = async (input: {
  readonly command: Command;
  readonly text: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, text, terminal } = input;
  const options = command.opts<UpdateOptions>();
  const fields: Readonly<Record<string, unknown>> = {
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(await readWebhookFields(options, terminal)),
    ...(options.removeToken === true ? { auth_token: null } : {}),
    ...(options.removeFilter === true ? { filter: null } : {}),
    ...(options.removeFields === true ? { fields: null } : {}),
    ...(options.removeMask === true ? { mask: null } : {}),
    ...(options.removeHeaders === true ? { custom_headers: {} } : {}),
  };
  if (Object.keys(fields).length === 0)
    throw usageError("No option says what to change", "Name it, as in --name TEXT.");
  const access = await readAccess(command, terminal);
  const before = await findWebhook(access, text);
  const { id, etag } = before;
  const path = `/webhooks/${id}`;
  const { signing_secret: secret } = await callApi(access, {
    method: "PUT",
    path,
    body: JSON.stringify(fields),
    headers: { "if-match": etag },
    answer: webhookReferenceAnswer,
  });
  const after = await readBack(
    terminal,
    async (signal) => await callApi(access, { method: "GET", path, answer: webhookAnswer, signal }),
  );
  if (terminal.json) {
    printJson(terminal, { id, ...after, ...(secret === undefined ? {} : { signing_secret: secret }) });
    return exitCodes.done;
  }
  const changed = after && changedFacts(before, after, fields);
  if (changed?.length === 0) terminal.note(`${after?.name ?? before.name} was so already.`);
  else terminal.out(`${terminal.paint("green", "✔")} changed ${after?.name ?? before.name}`);
  if (changed !== undefined && changed.length > 0) printFacts(terminal, changed);
  if (secret !== undefined) terminal.out(`  secret  ${secret}   keep it now: it is not shown again`);
  if (after === undefined) return exitCodes.done;
  terminal.note(`Test POST: ${needsTestPost(before, after) ? "the target took it" : "not needed"}.`);
  const summary = await readBack(terminal, async (signal) => await readSummary(access, id, signal));
  const pending = summary && pendingText(summary);
  if (pending !== undefined) terminal.note(`${pending} keep the old target and settings.`);
  return exitCodes.done;
};

const secretFields: ReadonlySet<string> = new Set([
  "auth_token",
  "auth_credentials",
  "auth_request_details",
  "custom_headers",
  "signing_secret",
]);

/** What has become of each field that was sent. Two secrets with the same mask may still differ, so those are named anyway. */
const changedFacts = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>>,
): readonly (readonly [string, string])[] =>
  Object.keys(sent).flatMap((field) => {
    const [old, now] = [before[field], after[field]];
    if (isDeepStrictEqual(old, now) && !secretFields.has(field)) return [];
    return [[`  ${field}`, isDeepStrictEqual(old, now) ? textOf(now) : `${textOf(old)} → ${textOf(now)}`]];
  });

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(", ");
  if (value === undefined || value === null || value === "") return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
};
