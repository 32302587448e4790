import { shortId } from "#shared/text/ids.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration as durationText, utcClock } from "#shared/text/times.ts";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type Command, Option } from "commander";
import type { ForwardOptions } from "../aws/listen/forward.ts";
import { listen, type ToldAttempt } from "../aws/listen/listen.ts";
import { streamFeed } from "../aws/listen/stream-feed.ts";
import { explainAwsErrors, readStackOutputs } from "../aws/stack.ts";
import { outcomeText, typesText } from "../text.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { duration, list, readSecret, secretSource, time, wholeNumber } from "../options.ts";
import { printJsonLine } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface ListenCommandOptions {
  readonly forwardTo?: string;
  readonly print?: boolean;
  readonly stack?: string;
  readonly stream?: string;
  readonly customer?: string;
  readonly type?: readonly string[];
  readonly since?: string;
  readonly token?: string;
  readonly secret?: string;
  readonly window: number;
  readonly batchSize: number;
  readonly attempts: number;
}

/** Adds `tidepost listen`. */
export const addListen = (program: Command, run: RunCommand): void => {
  const command = program
    .command("listen")
    .summary("have the events of a stack sent to this machine")
    .description(
      "Reads the stream of a stack, with the AWS credentials and region of the environment, and POSTs what comes to a program on " +
        "this machine, in batches as webhooks get them; or prints it. No tunnel is needed, and no webhook notices. Events " +
        "wait on the stream while the program is down.",
    )
    .option("--forward-to <url>", "where batches are POSTed, such as http://localhost:8080/hook")
    .option("--print", "print each event as a line of JSON instead")
    .option("--stack <name>", "name of the CloudFormation stack")
    .option("--stream <name>", "name of its stream, where there is no stack to ask")
    .option("--customer <id>", "only events of this customer")
    .option("--type <types>", "only events of these types, comma-separated", list)
    .option("--since <time>", "begin with what came from then on (default: now)", time)
    .option("--token <source>", `X-MessageSystems-Webhook-Token to send: ${secretSource}`)
    .option("--secret <source>", `signing secret, whsec_…, to sign with: ${secretSource}`)
    .addOption(
      new Option("--window <time>", "how long events are gathered for a batch")
        .argParser(duration)
        .default(1_000, "1s"),
    )
    .option("--batch-size <events>", "most events of a batch", wholeNumber({ from: 1, to: 10_000 }), 10_000)
    .option("--attempts <number>", "attempts until a batch is given up", wholeNumber({ from: 1, to: 1_000 }), 10)
    .option("--json", "print one JSON object a line, and errors as JSON");
  command.action(async () => {
    await run(command, async (terminal) => await listenIn(terminal, command.opts<ListenCommandOptions>()));
  });
};

const listenIn = async (terminal: CommandTerminal, options: ListenCommandOptions): Promise<ExitCode> => {
  const target = await targetOf(terminal, options);
  const signal = terminal.interrupted?.();
  return await explainAwsErrors(async () => {
    const streamName = await streamOf(options);
    const feed = streamFeed({
      client: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
      streamName,
      since: options.since === undefined ? Date.now() : Date.parse(options.since),
      onUnreadable: (problem) => terminal.note(`A record could not be read: ${problem}`),
    });
    terminal.note(`Listening to ${streamName}. Ctrl-C ends it.`);
    try {
      await listen({
        feed,
        filter: { customerId: options.customer, types: options.type },
        target,
        windowMs: options.window,
        batchSize: options.batchSize,
        maxAttempts: options.attempts,
        signal,
        onEvent: terminal.out,
        onAttempt: (told) => tell(terminal, told),
      });
    } finally {
      feed.close();
    }
    return exitCodes.done;
  });
};

const targetOf = async (
  terminal: CommandTerminal,
  { forwardTo, print = false, secret, token }: ListenCommandOptions,
): Promise<ForwardOptions | undefined> => {
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
  return { url: url.href, token: (await read(token, "--token")) ?? "", secret: await read(secret, "--secret") };
};

const streamOf = async ({ stack, stream }: ListenCommandOptions): Promise<string> => {
  if ((stack === undefined) === (stream === undefined)) {
    throw usageError("Which stream is to be read?", "Give either --stack or --stream.");
  }
  const name = stream ?? (await readStackOutputs(stack ?? ""))["StreamName"];
  if (name !== undefined) return name;
  throw new CliError(exitCodes.failed, {
    message: `The stack ${stack} has no output StreamName`,
    fix: "Check --stack: it must name a finished deployment of Tidepost.",
  });
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
