// @ts-check
/**
 * Runs inside a function's worker thread: loads the handler and answers invocations, as Lambda's runtime does.
 *
 * In JavaScript, because a thread that starts from TypeScript loads Node's compiler of it: 10 MB and 40 ms of processor time
 * for each environment.
 */
import { enableCompileCache, flushCompileCache } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

/** @import { BootstrapData, EnvironmentMessage, FunctionError, InvokeMessage } from "./messages.ts" */

/** @typedef {(event: unknown, context: object) => unknown} Handler */

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker thread only");
const data = /** @type {BootstrapData} */ (workerData);

/** @param {EnvironmentMessage} message */
const send = (message) => port.postMessage(message);

/** @type {(error: unknown) => FunctionError} */
const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: "Error", errorMessage: String(error) };

/** @param {unknown} error */
const logError = (error) => {
  const { errorType, errorMessage } = describe(error);
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${JSON.stringify({ level: "ERROR", message: errorMessage, errorType, stack })}\n`);
};

/** @type {() => Promise<Handler>} */
const load = async () => {
  const module = /** @type {Readonly<Record<string, unknown>>} */ (await import(pathToFileURL(data.handlerFile).href));
  const handler = module[data.handlerName];
  if (typeof handler !== "function") throw new Error(`${data.handlerName} is undefined or not exported`);
  return /** @type {Handler} */ (handler);
};

/** @type {(message: InvokeMessage) => object} */
const contextOf = ({ requestId, deadlineMs }) => ({
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

/** @type {(handler: Handler, message: InvokeMessage) => Promise<EnvironmentMessage>} */
const invoke = async (handler, message) => {
  const { requestId } = message;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    const payload = JSON.stringify(result) ?? "null";
    if (Buffer.byteLength(payload) <= data.maxPayloadBytes) return { kind: "answered", requestId, payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${data.maxPayloadBytes} bytes).`;
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
  port.on("message", (/** @type {InvokeMessage} */ message) => void invoke(handler, message).then(send));
  send({ kind: "ready" });
  flushCompileCache();
} catch (error) {
  logError(error);
  send({ kind: "init-failed", error: describe(error) });
}
