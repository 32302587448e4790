import type { Command } from "commander";
import type { ProbeResult } from "#shared/contract/api/probe.ts";
import { duration, utcTime } from "#shared/text/times.ts";
import { plain } from "#shared/text/plain.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ExitCode, errorLines, exitCodes, usageError } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { list } from "../options.ts";
import { printFacts, printJson } from "../output.ts";
import { phasesText, probeFailure, tookMs, verdict } from "../text.ts";
import { probeTarget } from "../api.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { type PostOptions, addPostOptions, readPostFields } from "../webhook-options.ts";
import { beginningOf } from "#shared/text/cut.ts";

interface ProbeOptions extends AccessOptions, PostOptions {
  readonly webhook?: string;
  readonly sample?: readonly string[];
  readonly raw?: boolean;
}

/** Adds `tidepost probe [TARGET]`. */
export const addProbe = (program: Command, run: RunCommand): void => {
  const command = program
    .command("probe")
    .summary("send a test POST to a target, and show how it went")
    .description(
      "Lets the API send a test POST as it would send a batch, and shows both sides and the time of each phase. Stores nothing. " +
        "Ends with 1 when the target does not answer 2xx.",
    )
    .argument("[target]", "URL to POST to; may be left out with --webhook")
    .option("--webhook <webhook>", `take target and settings of a webhook: ${webhookArgument}`)
    .option("--sample <types>", "send samples of these event types instead of the empty event, comma-separated", list)
    .option("--raw", "also print all headers and the whole excerpt");
  addAccessOptions(addPostOptions(command)).action(async (target: string | undefined) => {
    await run(command, async (terminal) => await runProbe({ command, target, terminal }));
  });
};

const runProbe = async (input: {
  readonly command: Command;
  readonly target: string | undefined;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, target, terminal } = input;
  const options = command.opts<ProbeOptions>();
  if (target === undefined && options.webhook === undefined) {
    throw usageError("There is no target to POST to", "Give its URL, or a webhook with --webhook.");
  }
  const access = await readAccess(command, terminal);
  const fields = await readPostFields(options, terminal);
  const stored = options.webhook === undefined ? {} : await storedFields(access, options.webhook);
  const result = await probeTarget(access, {
    ...stored,
    ...(target === undefined ? {} : { target }),
    ...fields,
    ...(options.sample === undefined ? {} : { sample_events: options.sample }),
  });
  if (terminal.json) printJson(terminal, result);
  else printProbe(terminal, result, options.raw === true);
  return result.ok ? exitCodes.done : exitCodes.failed;
};

/** What of a webhook concerns its POSTs; masked secrets, which the API fills in. */
const storedFields = async (
  access: Parameters<typeof findWebhook>[0],
  text: string,
): Promise<Readonly<Record<string, unknown>>> => {
  const found = await findWebhook(access, text);
  return {
    webhook_id: found.id,
    target: found.target,
    auth_type: found.auth_type,
    auth_credentials: found.auth_credentials,
    auth_request_details: found.auth_request_details,
    auth_token: found.auth_token,
    custom_headers: found.custom_headers,
    signing: found.signing,
    ...(found.signing_secret === undefined ? {} : { signing_secret: found.signing_secret }),
    compression: found.compression,
  };
};

const printProbe = (terminal: CommandTerminal, result: ProbeResult, isRaw: boolean): void => {
  const { ok, response, request, limit_ms: limitMs, timings, tls } = result;
  if (ok) terminal.out(`${terminal.paint("green", "✔")} ${verdict(result)}`);
  else
    for (const error of probeFailure(result, "The target does not take it").errors)
      errorLines(error).forEach(terminal.out);
  const took = tookMs(result);
  printFacts(terminal, [
    ["  time", took === undefined ? undefined : `${duration(took)} of ${duration(limitMs)}`],
    ["  phases", phasesText(timings)],
    [
      "  TLS",
      tls === undefined ? undefined : `certificate valid until ${utcTime(tls.valid_to)}, ${tls.days_left} days left`,
    ],
    ["  answer", ok && response !== undefined ? answerText(response) : undefined],
  ]);
  if (!isRaw) return;
  terminal.out("");
  if (request !== undefined) {
    terminal.out(`> ${request.method} ${plain(request.url)}`);
    for (const [name, value] of Object.entries(request.headers)) terminal.out(`> ${plain(name)}: ${plain(value)}`);
    terminal.out(`> ${plain(request.body)}`);
  }
  if (response !== undefined) {
    terminal.out(`< ${response.status}`);
    for (const [name, value] of Object.entries(response.headers)) terminal.out(`< ${plain(name)}: ${plain(value)}`);
    terminal.out(`< ${plain(response.body)}`);
  }
};

const answerText = ({ status, headers, body }: NonNullable<ProbeResult["response"]>): string =>
  [String(status), headers["content-type"] ?? "", beginningOf(body, 200)].filter((part) => part !== "").join(" ");
