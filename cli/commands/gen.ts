import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import * as z from "zod";
import { isAccountedFor, outcomeJson, outcomeLines, progressText } from "../../local/generator/account-text.ts";
import { type MixName, mixNames } from "../../local/generator/mix.ts";
import { type Generator, startGenerator } from "../../local/generator/start-generator.ts";
import { readEventIds } from "../../local/sink/read-body.ts";
import { startSink } from "../../local/sink/start-sink.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../access.ts";
import { type ApiAccess, callApi } from "../api-client.ts";
import { type ExitCode, exitCodes } from "../cli-error.ts";
import type { RunCommand } from "../run-command.ts";
import type { Terminal } from "../terminal.ts";
import { durationMs, wholeNumber } from "./option-values.ts";

interface GenOptions extends AccessOptions {
  readonly rate: number;
  readonly for?: number;
  readonly mix: MixName;
  readonly seed?: number;
  readonly sink?: boolean;
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
        "at the end, and tells which arrived, which came twice and how long they took.",
    )
    .option("--rate <number>", "events a second", wholeNumber("a number", 1, maxRate), 100)
    .option("--for <time>", "how long, such as 30s or 5m (default: until Ctrl-C)", durationMs)
    .addOption(
      new Option("--mix <name>", "which events, and how spread over time").choices(mixNames).default("campaign"),
    )
    .option(
      "--seed <number>",
      "repeats the same events (default: others each time)",
      wholeNumber("a number", 0, 0xffff_ffff),
    )
    .option("--sink", "receive the events on this machine, for an API that can reach it");
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await gen(command, terminal));
  });
};

const gen = async (command: Command, terminal: Terminal): Promise<ExitCode> => {
  const options = command.opts<GenOptions>();
  const { rate, mix, json = false, sink: hasSink = false, seed = randomBytes(4).readUInt32BE() } = options;
  const access = await readAccess(command, terminal);
  const print = (object: object, lines: readonly string[]): void => {
    if (json) terminal.out(JSON.stringify(object));
    else for (const line of lines) terminal.out(line);
  };
  let arrived: Generator["ledger"]["arrived"] = () => undefined;
  const receiving = hasSink ? await receive(access, (eventIds, at) => arrived(eventIds, at)) : undefined;
  const interrupted = terminal.interrupted?.() ?? new AbortController().signal;
  const startedAt = performance.now();
  try {
    print({ rate, mix, seed }, [`Generating ${rate.toLocaleString("en")} events/s, mix ${mix}, seed ${seed}`]);
    const generator = startGenerator({ ...access, rate, mix, seed, onProblem: (text) => terminal.error(text) });
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
    if (hasSink) await untilSettled(generator, interrupted);
    clearInterval(timer);
    const outcome = { account: generator.ledger.account(), seconds, rate, missed: generator.missed(), hasSink };
    print(outcomeJson(outcome), outcomeLines(outcome));
    return isAccountedFor(outcome) ? exitCodes.done : exitCodes.failed;
  } finally {
    await receiving?.stop();
  }
};

/** Starts a sink and registers a webhook at it that takes every event. */
const receive = async (
  access: ApiAccess,
  arrived: (eventIds: readonly string[], at: number) => void,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const sink = await startSink({
    readBody: readEventIds,
    onPost: ({ eventIds, at, isKept }) => {
      if (isKept) arrived(eventIds, at);
    },
  });
  try {
    const { id } = await callApi(access, {
      method: "POST",
      path: "/webhooks",
      body: JSON.stringify({ name: "tidepost gen", target: sink.url, events_mode: "all" }),
      results: z.object({ id: z.string() }),
    });
    return {
      stop: async () => {
        await callApi(access, { method: "DELETE", path: `/webhooks/${id}`, results: z.unknown() });
        await sink.stop();
      },
    };
  } catch (error) {
    await sink.stop();
    throw error;
  }
};

/** Waits until all accepted events have arrived, or until none has for longer than a batch waits. */
const untilSettled = async ({ ledger }: Generator, signal: AbortSignal): Promise<void> => {
  let { delivered } = ledger.account();
  for (let silentSince = performance.now(); performance.now() - silentSince < silenceMs; await pause(100, signal)) {
    const account = ledger.account();
    if (account.missing === 0 || signal.aborted) return;
    if (account.delivered === delivered) continue;
    ({ delivered } = account);
    silentSince = performance.now();
  }
};

/** Waits for a time, or without end, but not beyond the signal. */
const pause = async (ms: number | undefined, signal: AbortSignal): Promise<void> => {
  // The longest time that a timer takes.
  await sleep(ms ?? 2 ** 31 - 1, undefined, { signal }).catch(() => undefined);
};
