import { randomBytes } from "node:crypto";
import { webhookReferenceAnswer } from "#shared/contract/api/webhook.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import { count, counted } from "#shared/text/numbers.ts";
import { isAccountedFor, outcomeJson, outcomeLines, progressText } from "../../local/generator/account-text.ts";
import { type MixName, mixNames } from "../../local/generator/mix.ts";
import { type Generator, startGenerator } from "../../local/generator/start-generator.ts";
import {
  apiSender,
  maxRequestDocuments,
  maxTopicMessages,
  topicSender,
  messageIdPrefixOf,
  startSesGenerator,
} from "../../local/generator/start-ses-generator.ts";
import { type BodyReader, readEventIds, readEventIdsOf } from "../../local/sink/read-body.ts";
import { startSink } from "../../local/sink/start-sink.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, noResults } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { tellProblem } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";
import { duration, wholeNumber } from "../options.ts";

interface GenOptions extends AccessOptions {
  readonly rate: number;
  readonly for?: number;
  readonly mix: MixName;
  readonly seed?: number;
  readonly sink?: boolean;
  readonly as: "events" | "ses";
  readonly topic?: string;
}

/** A batch waits at most 30 s for its window, and the retry of a failed one comes soon after. */
const silenceMs = 45_000;
const maxRate = 1_000_000;

/** Adds `tidepost gen`. */
export const addGen = (program: Command, run: RunCommand): void => {
  const command = program
    .command("gen")
    .summary("generate events at a rate, and account for each")
    .description(
      "Sends generated events to the ingest route. With --sink it also receives them, by a webhook of its own that it deletes " +
        "at the end, and reports which arrived, which came twice and how long they took. With --as ses it sends documents as " +
        "Amazon SES publishes them instead, to the API or on a topic.",
    )
    .option("--rate <number>", "events a second", wholeNumber({ from: 1, to: maxRate }), 100)
    .option("--for <time>", "how long, such as 30s or 5m (default: until Ctrl-C)", duration)
    .addOption(
      new Option("--mix <name>", "which events, and how spread over time").choices(mixNames).default("campaign"),
    )
    .option(
      "--seed <number>",
      "repeats the same events (default: different events each time)",
      wholeNumber({ from: 0, to: 0xffff_ffff }),
    )
    .addOption(new Option("--as <form>", "what is sent").choices(["events", "ses"]).default("events"))
    .option("--topic <arn>", "with --as ses: publish on this SNS topic, with the AWS credentials of the environment")
    .option("--sink", "receive the events on this machine, for an API that can reach it");
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await gen(command, terminal));
  });
};

const gen = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const options = command.opts<GenOptions>();
  const { rate, mix, json = false, sink: hasSink = false, seed = randomBytes(4).readUInt32BE() } = options;
  if (options.topic !== undefined && options.as !== "ses") {
    throw usageError("--topic goes with --as ses", "Events go to the API alone.");
  }
  const access = await readAccess(command, terminal);
  const print = (object: object, lines: readonly string[]): void => {
    if (json) terminal.out(JSON.stringify(object));
    else for (const line of lines) terminal.out(line);
  };
  let arrived: Generator["ledger"]["arrived"] = () => undefined;
  const isSes = options.as === "ses";
  const readBody = isSes ? readEventIdsOf(messageIdPrefixOf(seed)) : readEventIds;
  const receiving = hasSink ? await receive(access, readBody, (eventIds, at) => arrived(eventIds, at)) : undefined;
  const topic = options.topic === undefined ? undefined : { client: await snsClient(), arn: options.topic };
  const interrupted = terminal.interrupted?.() ?? new AbortController().signal;
  const startedAt = performance.now();
  try {
    print({ rate, mix, seed }, [
      `Generating ${count(rate)} ${isSes ? "SES documents" : "events"}/s, mix ${mix}, seed ${seed}`,
    ]);
    const shared = { rate, mix, seed, onProblem: (text: string) => tellProblem(terminal, text) };
    const generator = isSes
      ? startSesGenerator({
          ...shared,
          send: topic === undefined ? apiSender(access) : topicSender(topic.client, topic.arn),
          maxPerRequest: topic === undefined ? maxRequestDocuments : maxTopicMessages,
        })
      : startGenerator({ ...shared, ...access });
    ({ arrived } = generator.ledger);
    let sentBefore = 0;
    const tell = (): void => {
      const account = generator.ledger.account();
      const { sent, accepted, delivered, refused, unanswered } = account;
      const progress = { account, sentNow: sent - sentBefore, missed: generator.missed(), hasSink };
      sentBefore = sent;
      print({ sent, accepted, refused, unanswered, ...(hasSink ? { delivered } : {}) }, [progressText(progress)]);
    };
    const timer = setInterval(tell, 1_000);
    await pause(options.for, interrupted);
    const seconds = (performance.now() - startedAt) / 1_000;
    await generator.stop();
    const isCut = hasSink && !(await untilSettled(generator, terminal));
    clearInterval(timer);
    const outcome = { account: generator.ledger.account(), seconds, rate, missed: generator.missed(), hasSink, isCut };
    print(outcomeJson(outcome), outcomeLines(outcome));
    return isAccountedFor(outcome) ? exitCodes.done : exitCodes.failed;
  } finally {
    topic?.client.destroy();
    await receiving?.stop();
  }
};

/** AWS's client takes a while to load, and few need it. */
const snsClient = async () => new (await import("@aws-sdk/client-sns")).SNSClient();

/** Starts a sink and registers a webhook at it that takes every event. */
const receive = async (
  access: ApiAccess,
  readBody: BodyReader,
  arrived: (eventIds: readonly string[], at: number) => void,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const sink = await startSink({
    readBody,
    onPost: ({ eventIds, at, isKept }) => {
      if (isKept) arrived(eventIds, at);
    },
  });
  try {
    const { id } = await callApi(access, {
      method: "POST",
      path: "/webhooks",
      body: JSON.stringify({ name: "tidepost gen", target: sink.url, events_mode: "all" }),
      answer: webhookReferenceAnswer,
    });
    return {
      stop: async () => {
        try {
          await callApi(access, { method: "DELETE", path: `/webhooks/${id}`, answer: noResults });
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          const fix = `The webhook of this run is still there: tidepost delete ${id}`;
          throw new CliError(
            error.exitCode,
            error.errors.map((item) => ({ ...item, fix })),
            { cause: error },
          );
        } finally {
          await sink.stop();
        }
      },
    };
  } catch (error) {
    await sink.stop();
    throw error;
  }
};

/**
 * Waits until all accepted events have arrived, or until none has for longer than a batch waits; false when the user does not
 * wait for that. The Ctrl-C that ended the generator has cut nothing off.
 */
const untilSettled = async ({ ledger }: Generator, terminal: CommandTerminal): Promise<boolean> => {
  const signal = terminal.interrupted?.() ?? new AbortController().signal;
  const { missing, ...atFirst } = ledger.account();
  let { delivered } = atFirst;
  if (missing > 0) terminal.note(`Waiting for ${counted(missing, "event")} on the way. Ctrl-C ends without them.`);
  for (let silentSince = performance.now(); performance.now() - silentSince < silenceMs; await pause(100, signal)) {
    const account = ledger.account();
    if (account.missing === 0) return true;
    if (signal.aborted) return false;
    if (account.delivered === delivered) continue;
    ({ delivered } = account);
    silentSince = performance.now();
  }
  return true;
};

/** Waits for a time, or without end, but not beyond the signal. */
const pause = async (ms: number | undefined, signal: AbortSignal): Promise<void> => {
  // The longest time that a timer takes.
  await sleep(ms ?? 2 ** 31 - 1, undefined, { signal }).catch(() => undefined);
};
