import { eventKeys } from "#shared/contract/words.ts";
import { shortId } from "#shared/text/ids.ts";
import { counted } from "#shared/text/numbers.ts";
import { plainJson } from "#shared/text/plain.ts";
import { duration as durationText, utcClock } from "#shared/text/times.ts";
import { type Command, Option } from "commander";
import { explainAwsErrors } from "../aws/stack.ts";
import { type ExitCode, exitCodes, usageError } from "../errors.ts";
import { webhookArgument } from "../find.ts";
import { type ForwardOptions, newSecret } from "../listen/forward.ts";
import { listen, type ToldAttempt } from "../listen/listen.ts";
import { openByKey, openStream, type Source } from "../listen/sources.ts";
import { duration, list, readSecret, secretSource, time, wholeNumber } from "../options.ts";
import { printJsonLine } from "../output.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { outcomeText, typesText } from "../text.ts";

interface ListenCommandOptions extends AccessOptions {
  readonly forwardTo?: string;
  readonly print?: boolean;
  readonly webhook?: string;
  readonly type?: readonly string[];
  readonly since?: string;
  readonly token?: string;
  readonly secret?: string;
  readonly stack?: string;
  readonly stream?: string;
  readonly customer?: string;
  readonly window: number;
  readonly batchSize?: number;
  readonly attempts: number;
}

/** Adds `tidepost listen`. */
export const addListen = (program: Command, run: RunCommand): void => {
  const command = program
    .command("listen")
    .summary("have events sent to this machine")
    .description(
      "POSTs events as they arrive to a program on this machine, in signed batches like those of a webhook, or prints them. " +
        "With an API key that has the grant webhooks/modify, the events are those of the key's customer and come through the " +
        "API. With --stack or --stream the command reads the stream itself, with the AWS credentials and region of the " +
        "environment. It needs no tunnel and does not affect webhooks. While the program is down, the command retries its " +
        "batches, and later events wait on the stream.",
    )
    .option("--forward-to <url>", "where batches are POSTed, such as http://localhost:8080/hook")
    .option("--print", "print each event as a line of JSON instead")
    .option(
      "--webhook <webhook>",
      `only events that this webhook takes, in batches of its size: ${webhookArgument}; with --stack, its whole id`,
    )
    .option("--type <types>", "only events of these types, comma-separated", list)
    .option("--since <time>", "begin with what came from then on (default: now)", time)
    .option("--token <source>", `X-MessageSystems-Webhook-Token to send: ${secretSource}`)
    .option(
      "--secret <source>",
      `signing secret, whsec_…, to sign with: ${secretSource} (default: a new one, which is printed)`,
    )
    .addOption(
      new Option("--window <time>", "how long events are gathered for a batch")
        .argParser(duration)
        .default(1_000, "1s"),
    )
    .option(
      "--batch-size <events>",
      "maximum number of events in a batch (default: that of the webhook, or 10000)",
      wholeNumber({ from: 1, to: 10_000 }),
    )
    .option("--attempts <number>", "attempts until a batch is given up", wholeNumber({ from: 1, to: 1_000 }), 10)
    .optionsGroup("With AWS credentials:")
    .option("--stack <name>", "name of the CloudFormation stack")
    .option("--stream <name>", "name of its stream, where there is no stack to ask")
    .option("--customer <id>", "only events of this customer");
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await listenIn(command, terminal));
  });
};

const listenIn = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<ListenCommandOptions>();
  const unknown = options.type?.find((type) => !(eventKeys as readonly string[]).includes(type));
  if (unknown !== undefined) {
    throw usageError(`--type has '${unknown}', which is not an event type`, `Take some of ${eventKeys.join(", ")}.`);
  }
  const target = await targetOf(terminal, options);
  const signal = terminal.interrupted?.();
  return await explainAwsErrors(async () => {
    const { name, feed, subscription } = await openSource(command, terminal, signal);
    if (target?.isNewSecret === true) {
      if (terminal.json) printJsonLine(terminal, { signing_secret: target.secret });
      else terminal.note(`Signing with ${target.secret}, made for this run.`);
    }
    terminal.note(`Listening to ${name}. Ctrl-C ends it.`);
    try {
      await listen({
        feed,
        subscription: { ...subscription, batchSize: options.batchSize ?? subscription.batchSize },
        target: target && { ...target, compression: subscription.maskedSettings.compression },
        windowMs: options.window,
        maxAttempts: options.attempts,
        signal,
        onEvent: (event) => terminal.out(plainJson(event)),
        onAttempt: (told) => tell(terminal, told),
      });
    } finally {
      feed.close();
    }
    return exitCodes.done;
  });
};

const openSource = async (
  command: Command,
  terminal: CommandTerminal,
  signal: AbortSignal | undefined,
): Promise<Source> => {
  const { type: types, since, webhook, stack, stream, customer } = command.opts<ListenCommandOptions>();
  const wanted = { types, since, webhook, note: terminal.note };
  if (stack !== undefined || stream !== undefined) return await openStream({ ...wanted, stack, stream, customer });
  if (customer === undefined) return await openByKey(await readAccess(command, terminal), { ...wanted, signal });
  throw usageError(
    "--customer goes with --stack or --stream",
    "An API key gives the events of its own customer: leave it out.",
  );
};

const targetOf = async (
  terminal: CommandTerminal,
  { forwardTo, print = false, secret, token }: ListenCommandOptions,
): Promise<(Omit<ForwardOptions, "compression"> & { readonly isNewSecret: boolean }) | undefined> => {
  if ((forwardTo === undefined) === !print) {
    throw usageError("Where are the events to go?", "Give either --forward-to or --print.");
  }
  if (forwardTo === undefined) return undefined;
  const url = URL.parse(forwardTo);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw usageError(`--forward-to must be an http or https URL, not '${forwardTo}'`, "Check it.");
  }
  const read = async (source: string | undefined, option: string): Promise<string | undefined> =>
    source === undefined ? undefined : await readSecret(terminal, { option, source });
  const given = await read(secret, "--secret");
  if (given !== undefined && !/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(given)) {
    throw usageError("--secret is not a signing secret", "A secret is whsec_ followed by base64.");
  }
  return {
    url: url.href,
    token: (await read(token, "--token")) ?? "",
    secret: given ?? newSecret(),
    isNewSecret: given === undefined,
  };
};

const tell = (terminal: CommandTerminal, told: ToldAttempt): void => {
  const { attempt, batchId, events, number, retryInMs, types } = told;
  const at = new Date().toISOString();
  if (terminal.json) {
    printJsonLine(terminal, {
      at,
      batch_id: batchId,
      events,
      event_types: types,
      attempt: number,
      ...attempt,
      ...(retryInMs === undefined ? {} : { retry_in_ms: retryInMs }),
    });
    return;
  }
  const fate = retryInMs === undefined ? "given up" : `again in ${durationText(retryInMs)}`;
  const parts = [
    utcClock(at),
    shortId(batchId),
    counted(events, "event").padEnd(8),
    ...(number === 1 ? [typesText(types)] : []),
    outcomeText(attempt, terminal.paint),
    `attempt ${number}`,
    ...(attempt.outcome === "delivered" ? [] : [fate]),
  ];
  terminal.out(parts.join("  "));
};
