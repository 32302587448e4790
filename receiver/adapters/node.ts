import type { IncomingMessage, ServerResponse } from "node:http";
import { createReceive, type IncomingBatch, type ReceiverOptions } from "../receive.ts";
import { readStream } from "./read-stream.ts";

/**
 * A request listener for `node:http`: `createServer(nodeReceiver({ onBatch }))`.
 *
 * @throws {TypeError} when a token or secret is given and empty
 */
export const nodeReceiver = (
  options: ReceiverOptions,
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const respond = createRespond(options);
  return (request, response) => void respond(request, response, (maxBytes) => readStream(request, maxBytes));
};

/** Answers a request of Node's, whose body the given function reads. */
export const createRespond = (options: ReceiverOptions) => {
  const receive = createReceive(options);
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    readBody: IncomingBatch["readBody"],
  ): Promise<void> => {
    const { method = "", headers } = request;
    const signal = senderSignal(response);
    const { status, headers: answerHeaders, body, after } = await receive({ method, headers, readBody, signal });
    response.writeHead(status, answerHeaders).end(body);
    await after?.();
  };
};

/** A signal that aborts when the connection closes before the answer is out. */
const senderSignal = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded) controller.abort(new Error("The sender closed the connection"));
  });
  return controller.signal;
};
