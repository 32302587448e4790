import { resolve } from "node:path";
import type { Writable } from "node:stream";
import { version } from "#shared/contract/version.ts";
import { type DevOptions, wellKnownKey } from "./options.ts";
import type { FunctionLogLine } from "../emulator/functions/environment.ts";
import { describeMode } from "./sink/mode.ts";
import { readEventIds, readEveryEvent } from "./sink/read-body.ts";
import { type Sink, startSink } from "./sink/start-sink.ts";
import { createAttemptReader } from "./attempts.ts";
import { createBatchCounter, createSinkCounts, type SinkCounts } from "./totals.ts";
import { type Demo, startDemo } from "./demo.ts";
import { createConsoleSite } from "./console-site.ts";
import type { AttemptFact } from "./dev-fact.ts";
import { createLogFacts, logFacts, readableLogLine, shortName } from "./function-log.ts";
import { actionOfKey, generatorKeysText, type KeyInput, readKeys, sinkKeysLines } from "./keys.ts";
import type { LocalApi } from "./local-api.ts";
import { reloadOnChange } from "./reload.ts";
import { createScreen, type Screen } from "./screen.ts";
import { createLocalSignIn } from "./sign-in.ts";
import { sesTopicOf, explainPort, stackText, startSystem, synthesiseStack } from "./start-system.ts";

/** Where `npm run dev` runs. */
export interface DevIo {
  readonly input: KeyInput;
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** When it was started, by `performance.now()`. */
  readonly startedAt: number;
  /** What Ctrl-C does; a terminal that gives keys one by one gives that one, too. */
  readonly interrupt: () => void;
  /**
   * Directory of the stack as it is synthesised at the start.
   * @default synthesised when it is needed
   */
  readonly synthesised?: Promise<string>;
}

/** A running `npm run dev`. */
export interface Dev {
  /** Resolves when a key has asked for the end. */
  readonly quit: Promise<void>;
  readonly stop: () => Promise<void>;
}

const sourceDirectories = ["console", "lambdas", "shared"].map((name) => resolve(import.meta.dirname, "..", name));
/** Above this, reading every event at the sink would take the machine from the system. */
const maxReadRate = 1_000;

/** Starts the local runtime and, unless it is turned off, sink, webhook and generator. */
export const startDev = async (options: DevOptions, io: DevIo): Promise<Dev> => {
  const { input, output, env, startedAt, synthesised } = io;
  const { json } = options;
  const isTerminal = output.isTTY === true && !json;
  const hasColour = isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  let consoleUrl: string | undefined;
  const batchUrl = (webhookId: string, batchId: string): string | undefined =>
    consoleUrl === undefined ? undefined : `${consoleUrl}#/webhooks/${webhookId}/batches/${batchId}`;
  const now = (): number => Date.now();
  const columns = (): number | undefined => (isTerminal ? output.columns : undefined);
  const screen = createScreen({
    output,
    json,
    isTerminal,
    hasColour,
    now,
    columns,
    ...(hasColour ? { batchUrl } : {}),
  });
  const hasSink = options.demo && options.to === undefined;
  const keysWork = options.demo && isTerminal && input.isTTY === true;

  /** What is not known before the system runs. */
  const running: { api?: LocalApi } = {};
  let webhookId: string | undefined;
  let firstDeliveredAt: number | undefined;
  let hasToldFirst = false;
  const counter = createBatchCounter(() => webhookId);
  const counts = createSinkCounts();
  const onAttempt = (fact: AttemptFact): void => {
    if (fact.replayId === undefined) counter.isNoReplay(fact.batchId);
    else counter.isReplay(fact.batchId);
    screen.tell({ ...fact, ...(counts.isDuplicate(fact.batchId) ? { isDuplicate: true } : {}) });
    if (hasToldFirst || fact.outcome !== "delivered" || firstDeliveredAt === undefined) return;
    hasToldFirst = true;
    screen.tell({ event: "first_batch", afterMs: Math.round(firstDeliveredAt - startedAt) });
    if (keysWork) help();
  };
  const help = (): void =>
    screen.tell({ event: "help", lines: [...(hasSink ? sinkKeysLines : []), generatorKeysText] });
  const factOf = createLogFacts();
  const attempts = createAttemptReader({ api: () => running.api, onAttempt });
  const onFunctionLog = (line: FunctionLogLine): void => {
    const text = options.verbose ? line.text : readableLogLine(line);
    if (text !== undefined) screen.tell({ event: "function_log", functionName: shortName(line.functionName), text });
    const facts = options.demo ? logFacts(line) : undefined;
    if (facts === undefined) return;
    if (facts["outcome"] === "delivered" && facts["webhookId"] === webhookId) firstDeliveredAt ??= performance.now();
    counter.note(facts);
    attempts.note(facts);
    const fact = factOf(facts);
    if (fact !== undefined) attempts.inOrder(() => screen.tell(fact));
  };

  if (options.demo) screen.tell({ event: "title", version });
  const sink = hasSink ? await startDevSink(options, screen, counts) : undefined;
  const onProblem = (text: string): void => screen.tell({ event: "problem", text });
  const consoleSite = createConsoleSite(onProblem);
  const signIn = createLocalSignIn(options.key);
  const runtime = await startSystem({
    options,
    screen,
    wrapFunction: (pool) => signIn.wrapFunction(consoleSite.wrapFunction(pool)),
    synthesised,
    onFunctionLog,
  }).catch(async (error: unknown) => {
    await sink?.stop();
    throw error;
  });
  signIn.open(runtime.apiUrl);
  const url = `${runtime.apiUrl}/v1`;
  const api = { url, key: options.key };
  running.api = api;
  const sesTopic = sesTopicOf(runtime);
  const hasConsole = runtime.paths.some((path) => path.startsWith("/console"));
  if (hasConsole) consoleUrl = `${runtime.apiUrl}/console/`;
  if (options.demo) {
    const step = (name: string, text: string): void => screen.tell({ event: "step", name, text });
    const tookMs = Math.round(performance.now() - startedAt);
    screen.tell({ event: "step", name: "Stack", text: stackText(runtime), tookMs });
    step("API", `${url}   key ${options.key}`);
    // With the well-known key the console signs in at its plain address. Another key, in a link, ends up wherever output is
    // kept: only who watches gets it.
    const linkedKey = isTerminal && options.key !== wellKnownKey ? `#key=${encodeURIComponent(options.key)}` : "";
    if (consoleUrl !== undefined) step("Console", `${consoleUrl}${linkedKey}`);
    step("API docs", `${runtime.apiUrl}/docs`);
    if (sesTopic !== undefined) {
      const { arn, endpoint, credentials } = sesTopic;
      step("SES topic", `${arn} at ${endpoint}`);
      // As with the link to the console, only who watches gets what opens it.
      const { accessKeyId, secretAccessKey } = credentials;
      const variables = `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
      if (isTerminal) step("SES topic", variables);
    }
    if (sink !== undefined) step("Sink", `${sink.url}   mode ok`);
  } else {
    screen.tell({ event: "ready", apiUrl: url, key: options.key });
  }

  const demo = options.demo
    ? startDemo({
        api,
        options,
        screen,
        sesTopic,
        sink: sink === undefined ? undefined : { server: sink, counts },
        counter,
        onWebhook: (id) => {
          webhookId = id;
        },
      })
    : undefined;
  consoleSite.begin(runtime.functions);
  const reload = reloadOnChange({
    directories: sourceDirectories,
    runtime,
    assembly: async () => {
      const assembly = await synthesiseStack(options);
      await consoleSite.complete(assembly);
      return assembly;
    },
    onNote: (text) => screen.tell({ event: "note", text }),
    onProblem,
  });
  const quit = Promise.withResolvers<void>();
  const stopKeys =
    demo !== undefined && keysWork
      ? readKeys(input, (key) => onKey(key, { demo, sink, help, quit: quit.resolve, interrupt: io.interrupt }))
      : undefined;

  return {
    quit: quit.promise,
    stop: async () => {
      reload.stop();
      await demo?.stop();
      // First while the API can still tell of them.
      await attempts.settled();
      sesTopic?.client.destroy();
      await Promise.all([runtime.stop(), consoleSite.stop()]);
      await attempts.settled();
      if (demo !== undefined) screen.tell(demo.totals());
      await sink?.stop();
      stopKeys?.();
    },
  };
};

const startDevSink = async (options: DevOptions, screen: Screen, counts: SinkCounts): Promise<Sink> => {
  try {
    return await startSink({
      port: options.sinkPort,
      readBody: options.rate > maxReadRate ? readEventIds : readEveryEvent,
      onPost: counts.note,
      onMode: (mode) => screen.tell({ event: "sink_mode", mode: mode.mode, does: describeMode(mode) }),
      onProblem: (text) => screen.tell({ event: "problem", text }),
    });
  } catch (error) {
    throw explainPort(error, options.sinkPort, "--sink-port");
  }
};

interface KeyTargets {
  readonly demo: Demo;
  readonly sink: Sink | undefined;
  readonly help: () => void;
  readonly quit: () => void;
  readonly interrupt: () => void;
}

const onKey = (key: string, { demo, sink, help, quit, interrupt }: KeyTargets): void => {
  const action = actionOfKey(key, { hasSink: sink !== undefined });
  switch (action?.kind) {
    case undefined:
      return;
    case "sink":
      sink?.setMode(action.mode);
      return;
    case "faster":
      demo.faster();
      return;
    case "slower":
      demo.slower();
      return;
    case "pause":
      demo.pause();
      return;
    case "replay":
      void demo.replay();
      return;
    case "help":
      help();
      return;
    case "quit":
      quit();
      return;
    case "interrupt":
      interrupt();
      return;
  }
};
