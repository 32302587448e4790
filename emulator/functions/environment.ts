import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { compileCacheDir } from "../compile-cache.ts";
import {
  type BootstrapData,
  type EnvironmentMessage,
  type FunctionError,
  type InvokeMessage,
  maxPayloadBytes,
} from "./messages.ts";

/** A function as the template declares it. */
export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly handlerFile: string;
  readonly handlerName: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** One line that a function wrote. */
export interface FunctionLogLine {
  readonly functionName: string;
  readonly text: string;
}

export type InvocationResult =
  | { readonly kind: "answered"; readonly requestId: string; readonly payload: string }
  | { readonly kind: "failed"; readonly requestId: string; readonly error: FunctionError };

/** One execution environment: a worker thread that handles one invocation at a time. */
export interface Environment {
  readonly threadId: number;
  /** Resolves when the code outside the handler has run, or has failed to: invocations then tell how. */
  readonly started: Promise<unknown>;
  /** False once the environment can take no further invocation. */
  readonly usable: () => boolean;
  /** Share of the time since it was last asked in which the environment's thread computed, rather than waited. */
  readonly load: () => number;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Ends it at once, at whatever it is doing, as a crash of its host does. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface EnvironmentOptions {
  readonly definition: FunctionDefinition;
  readonly log: (line: FunctionLogLine) => void;
}

/** Time that Lambda gives the code outside the handler; a busy laptop gets three times as much. */
const initTimeoutMs = 30_000;
/**
 * Room for new objects. V8 would take 96 MB of each thread, and keep them: a dozen environments would hold a gigabyte of
 * nothing.
 */
const maxYoungGenerationSizeMb = 12;
/** Lets the last lines that a worker wrote arrive before it is ended. */
const drainMs = 20;

const bootstrapFile = new URL("./bootstrap.js", import.meta.url);

const failed = (requestId: string, errorType: string, errorMessage: string): InvocationResult => ({
  kind: "failed",
  requestId,
  error: { errorType, errorMessage },
});

/** Starts an execution environment; its code begins to load at once. */
export const startEnvironment = ({ definition, log }: EnvironmentOptions): Environment => {
  const functionName = definition.name;
  const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomUUID()}`;
  const workerData: BootstrapData = {
    compileCacheDir,
    handlerFile: definition.handlerFile,
    handlerName: definition.handlerName,
    functionName,
    functionArn: definition.arn,
    memoryMb: definition.memoryMb,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName,
    maxPayloadBytes,
  };
  const worker = new Worker(bootstrapFile, {
    workerData,
    env: { ...definition.environment, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb, maxYoungGenerationSizeMb },
  });
  for (const output of [worker.stdout, worker.stderr]) {
    createInterface({ input: output }).on("line", (text) => log({ functionName, text }));
  }

  let usable = true;
  let onMessage: (message: EnvironmentMessage) => void = () => undefined;
  let onEnd: (error: FunctionError) => void = () => undefined;
  const end = (error: FunctionError): void => {
    usable = false;
    onEnd(error);
  };
  worker.on("message", (message: EnvironmentMessage) => onMessage(message));
  worker.on("error", (error) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    log({ functionName, text: JSON.stringify({ level: "ERROR", message, errorType: name }) });
    end({ errorType: name, errorMessage: message });
  });
  worker.on("exit", () => {
    end({ errorType: "Runtime.ExitError", errorMessage: "The function's environment ended during the invocation." });
  });

  const kill = async (): Promise<void> => {
    usable = false;
    await worker.terminate();
  };
  const stop = async (): Promise<void> => {
    usable = false;
    await sleep(drainMs);
    await kill();
  };

  /** Waits for the message that ends a phase, for the end of the worker, or for the phase's time limit. */
  const phase = (timeoutMs: number, start: () => void): Promise<EnvironmentMessage | FunctionError | "timeout"> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve("timeout"), timeoutMs);
      const settle = (result: EnvironmentMessage | FunctionError): void => {
        clearTimeout(timer);
        resolve(result);
      };
      onMessage = settle;
      onEnd = settle;
      start();
    });

  const initialised = phase(initTimeoutMs, () => undefined);

  const invoke = async (event: string): Promise<InvocationResult> => {
    const requestId = randomUUID();
    const init = await initialised;
    if (init === "timeout" || !("kind" in init) || init.kind !== "ready") {
      await stop();
      if (init === "timeout") return failed(requestId, "Sandbox.Timedout", "The function's start-up took too long.");
      const error = "kind" in init ? (init.kind === "init-failed" ? init.error : undefined) : init;
      return failed(requestId, error?.errorType ?? "Runtime.InitError", error?.errorMessage ?? "");
    }
    const timeoutMs = definition.timeoutSeconds * 1_000;
    const message: InvokeMessage = { requestId, event, deadlineMs: Date.now() + timeoutMs };
    const answer = await phase(timeoutMs, () => worker.postMessage(message));
    if (answer === "timeout") {
      const errorMessage = `Task timed out after ${definition.timeoutSeconds.toFixed(2)} seconds`;
      log({ functionName, text: JSON.stringify({ level: "ERROR", message: errorMessage, requestId }) });
      await stop();
      return failed(requestId, "Sandbox.Timedout", errorMessage);
    }
    if (!("kind" in answer)) return failed(requestId, answer.errorType, answer.errorMessage);
    if (answer.kind === "answered" || answer.kind === "failed") return answer;
    return failed(requestId, "Runtime.Unknown", `Unexpected message ${answer.kind}`);
  };

  let measured = worker.performance.eventLoopUtilization();
  const load = (): number => {
    const now = worker.performance.eventLoopUtilization();
    const { utilization } = worker.performance.eventLoopUtilization(now, measured);
    measured = now;
    return utilization;
  };

  return { threadId: worker.threadId, started: initialised, usable: () => usable, load, invoke, kill, stop };
};
