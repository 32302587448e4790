import { once } from "node:events";
import { type Command, Option } from "commander";
import { startSink } from "../../local/sink/start-sink.ts";
import {
  type SinkMode,
  SinkModeError,
  describeMode,
  readSinkMode,
  shown,
  sinkModeNames,
} from "../../local/sink/mode.ts";
import { postJson, postLines } from "../../local/sink/post-text.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { printJsonLine, tellProblem } from "../output.ts";
import type { CommandTerminal, RunCommand, Terminal } from "../terminal.ts";
import { addCommonOptions, duration, wholeNumber } from "../options.ts";

interface SinkCommandOptions {
  readonly port: number;
  readonly mode: SinkMode["mode"];
  readonly delay?: number;
  readonly fail?: number;
  readonly seed?: number;
  readonly maxBytes?: number;
  readonly first?: number;
  readonly token?: string;
  readonly save?: string;
}

/** Adds `tidepost sink`. */
export const addSink = (program: Command, run: RunCommand): void => {
  const command = program
    .command("sink")
    .summary("receive batches, and misbehave on demand")
    .description(
      "Runs a receiver on this machine that prints each batch and answers as its mode says, with --json as one object a line. The " +
        "mode changes while it runs: " +
        'curl -d \'{"mode":"500"}\' http://127.0.0.1:4011/__mode',
    )
    .option("--port <port>", "port to listen on", wholeNumber({ from: 1, to: 65_535 }), 4_011)
    .addOption(new Option("--mode <name>", "what it does").choices(sinkModeNames).default("ok"))
    .option("--delay <time>", "of slow and duplicate: when they answer, such as 7s (default: 7s)", duration)
    .option("--fail <share>", "of flaky: share of requests that fail (default: 0.3)", Number)
    .option("--seed <number>", "of flaky: repeats the same failures (default: 1)", Number)
    .option("--max-bytes <number>", "of 413: largest body that it takes (default: 1000000)", Number)
    .option("--first <n>", "of first-n: attempts of each batch that fail (default: 3)", Number)
    .option("--token <source>", "of auth: the token that it wants; - reads it from standard input")
    .option("--save <directory>", "keep the body of each batch there as a file");
  addCommonOptions(command).action(async () => {
    await run(command, async (terminal) => await sink(command.opts<SinkCommandOptions>(), terminal));
  });
};

const sink = async (options: SinkCommandOptions, terminal: CommandTerminal): Promise<ExitCode> => {
  const { port } = options;
  const mode = await modeOf(options, terminal);
  const print = (object: object, lines: readonly string[]): void => {
    if (terminal.json) printJsonLine(terminal, object);
    else for (const line of lines) terminal.out(line);
  };
  const started = await startSink({
    port,
    mode,
    saveDir: options.save,
    onPost: (post) => print(postJson(post), postLines(post)),
    onMode: (next) => print(shown(next), [`The sink now ${describeMode(next)}.`]),
    onProblem: (text) => tellProblem(terminal, text),
  }).catch((error: unknown) => {
    throw portError(error, port);
  });
  const { url } = started;
  print({ url, ...shown(mode) }, [`Sink  ${url}   mode ${mode.mode}: ${describeMode(mode)}   Ctrl-C ends it`]);
  await untilAborted(terminal.interrupted?.() ?? new AbortController().signal);
  await started.stop();
  return exitCodes.done;
};

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, "abort");
};

/** The mode that the options ask for; a setting of another mode is an error, not ignored. */
const modeOf = async (options: SinkCommandOptions, terminal: Terminal): Promise<SinkMode> => {
  const { mode, delay, fail, seed, maxBytes, first, token } = options;
  const settings = Object.entries({
    delay_ms: delay,
    fail,
    seed,
    max_bytes: maxBytes,
    n: first,
    token: token === "-" ? (await terminal.readInput()).trim() : token,
  }).filter(([, value]) => value !== undefined);
  if (mode === "auth" && token === undefined) {
    throw usageError("The mode auth needs the token that it wants", "Add --token TOKEN, or --token - to pipe it in.");
  }
  try {
    return readSinkMode({ mode, ...Object.fromEntries(settings) });
  } catch (error) {
    if (error instanceof SinkModeError) throw usageError(error.message, "tidepost sink --help lists them.");
    throw error;
  }
};

const portError = (error: unknown, port: number): unknown => {
  const { code } = error as { readonly code?: string };
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const message = `Port ${port} ${code === "EACCES" ? "may not be used by this account" : "is taken by another program"}`;
  return new CliError(exitCodes.failed, { message, fix: `tidepost sink --port ${port + 10}` }, { cause: error });
};
