/**
 * Runs inside a function's worker thread: loads the handler and answers invocations, as Lambda's runtime does.
 */
import { enableCompileCache, flushCompileCache } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import {
  type BootstrapData,
  type EnvironmentMessage,
  type FunctionError,
  type InvokeMessage,
  maxPayloadBytes,
} from "./messages.ts";

type Handler = (event: unknown, context: object) => unknown;

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker thread only");
const data = workerData as BootstrapData;

const send = (message: EnvironmentMessage): void => port.postMessage(message);

const describe = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: "Error", errorMessage: String(error) };

const logError = (error: unknown): void => {
  const { errorType, errorMessage } = describe(error);
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${JSON.stringify({ level: "ERROR", message: errorMessage, errorType, stack })}\n`);
};

const load = async (): Promise<Handler> => {
  const module = (await import(pathToFileURL(data.handlerFile).href)) as Readonly<Record<string, unknown>>;
  const handler = module[data.handlerName];
  if (typeof handler !== "function") throw new Error(`${data.handlerName} is undefined or not exported`);
  return handler as Handler;
};

const contextOf = ({ requestId, deadlineMs }: InvokeMessage): object => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: data.functionName,
  functionVersion: "$LATEST",
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  invokedFunctionArn: data.functionArn,
  logGroupName: data.logGroupName,
  logStreamName: data.logStreamName,
  memoryLimitInMB: String(data.memoryMb),
});

const invoke = async (handler: Handler, message: InvokeMessage): Promise<EnvironmentMessage> => {
  const { requestId } = message;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    const payload = JSON.stringify(result) ?? "null";
    if (Buffer.byteLength(payload) <= maxPayloadBytes) return { kind: "answered", requestId, payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`;
    return { kind: "failed", requestId, error: { errorType: "Function.ResponseSizeTooLarge", errorMessage } };
  } catch (error) {
    logError(error);
    return { kind: "failed", requestId, error: describe(error) };
  }
};

try {
  // Halves the start of the next environment with the same code: compiling is most of it.
  enableCompileCache(data.compileCacheDir);
  const handler = await load();
  port.on("message", (message: InvokeMessage) => void invoke(handler, message).then(send));
  send({ kind: "ready" });
  flushCompileCache();
} catch (error) {
  logError(error);
  send({ kind: "init-failed", error: describe(error) });
}
