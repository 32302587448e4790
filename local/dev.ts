import { resolve } from "node:path";
import { printError, printLine, readableLogLine } from "./console-lines.ts";
import { createApiKey } from "./create-api-key.ts";
import type { ReceivedBatch } from "./demo/sink.ts";
import { startSink } from "./demo/sink.ts";
import { ensureWebhook, feedEvents } from "./demo/feed.ts";
import type { DevOptions } from "./options.ts";
import { readAssembly } from "./runtime/assembly.ts";
import type { FunctionLogLine } from "./runtime/functions/environment.ts";
import { startRuntime } from "./runtime/start-runtime.ts";
import { synthesise } from "./synthesise.ts";

const loopbackRanges = "127.0.0.0/8,::1/128";

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Turns a taken port into a sentence with a way out. */
const explainPort = (error: unknown, port: number, option: string): unknown => {
  const { code, port: failedPort } = error as { readonly code?: string; readonly port?: number };
  const refused = { EADDRINUSE: "is taken by another program", EACCES: "may not be used by this account" };
  const reason = refused[code as keyof typeof refused];
  if (reason === undefined || failedPort !== port) return error;
  return new Error(`Port ${port} ${reason}. Choose another one: npm run dev -- ${option} ${port + 10}`);
};

/** A function's name without the suffixes that CDK adds. */
const shortName = (functionName: string): string => functionName.replace(/(?:Function)?[0-9A-F]{8}$/, "");

const describeBatch = ({ batchId, eventCount, types, status }: ReceivedBatch): string => {
  if (eventCount === 0) return `test POST → ${status}`;
  const counts = Object.entries(types).map(([type, count]) => `${count} ${type}`);
  const events = `${eventCount} ${eventCount === 1 ? "event" : "events"}`;
  return `${(batchId ?? "no id").slice(0, 8)}  ${events} (${counts.join(", ")}) → ${status}`;
};

/** A running `npm run dev`. */
export interface Dev {
  readonly stop: () => Promise<void>;
}

/** Starts the local runtime and, unless it is turned off, the demo. */
export const startDev = async (options: DevOptions): Promise<Dev> => {
  const startedAt = performance.now();
  const elapsed = (): string => seconds(performance.now() - startedAt);
  const stopping = new AbortController();
  let hasDelivered = false;
  const onBatch = (batch: ReceivedBatch): void => {
    printLine("sink", describeBatch(batch));
    if (hasDelivered || batch.eventCount === 0) return;
    hasDelivered = true;
    printLine("demo", `First batch delivered ${elapsed()} after start.`);
  };
  const onFunctionLog = (line: FunctionLogLine): void => {
    const text = options.verbose ? line.text : readableLogLine(line);
    if (text !== undefined) printLine("function", `${shortName(line.functionName)}  ${text}`);
  };
  const onError = (message: string, error: unknown): void => {
    printError(`${message}: ${error instanceof Error ? error.message : String(error)}`);
  };

  const sink = options.demo
    ? await startSink(options.sinkPort, onBatch).catch((error: unknown) => {
        throw explainPort(error, options.sinkPort, "--sink-port");
      })
    : undefined;
  const start = async () => {
    const runtime = await startRuntime({
      assembly: async () => readAssembly(await synthesise()),
      port: options.port,
      dataDir: options.data === undefined ? undefined : resolve(options.data),
      windowSeconds: options.window,
      functionEnvironment: (apiUrl) => ({
        ALLOWED_TARGET_RANGES: options.strictTargets ? "" : loopbackRanges,
        API_BASE_URL: apiUrl,
        // A webhook takes the events that are sent right after it was created; in production within a minute.
        DEFINITION_CACHE_SECONDS: "0",
        RETRY_SCALE: String(options.retryScale),
      }),
      onFunctionLog,
      onError,
      onStep: (step) => printLine("start", `${step} after ${elapsed()}`),
    });
    await createApiKey(runtime, options.key);
    return runtime;
  };
  const runtime = await start().catch(async (error: unknown) => {
    await sink?.stop();
    throw explainPort(error, options.port, "--port");
  });
  process.stdout.write(`Ready  ${runtime.apiUrl}/v1  key ${options.key}\n`);
  if (options.demo) printLine("docs", `${runtime.apiUrl}/docs`);

  const demonstrate = async (target: string): Promise<void> => {
    const access = { apiUrl: runtime.apiUrl, key: options.key };
    await ensureWebhook(access, target);
    const onFeedError = (error: unknown): void => onError("The demo could not ingest events", error);
    await feedEvents({ ...access, signal: stopping.signal, onError: onFeedError });
  };
  const demo =
    sink === undefined
      ? undefined
      : demonstrate(sink.url).catch((error: unknown) => onError("The demo could not register its webhook", error));

  return {
    stop: async () => {
      stopping.abort();
      await demo;
      await runtime.stop();
      await sink?.stop();
    },
  };
};
