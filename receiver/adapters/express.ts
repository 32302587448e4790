import type { IncomingMessage, ServerResponse } from "node:http";
import { ReceiverError } from "../receiver-error.ts";
import type { ReceiverOptions } from "../receive.ts";
import { createRespond } from "./node.ts";
import { readStream } from "./read-stream.ts";

/**
 * A route handler for Express 4 and 5: `app.post("/hook", expressReceiver({ onBatch }))`. It reads the raw body itself, so
 * that it goes before `express.json()`. After `express.raw()` it takes what that has read; a signed gzip body needs
 * `inflate: false` there.
 *
 * @throws {TypeError} when a token or secret is given and empty
 */
export const expressReceiver = (
  options: ReceiverOptions,
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const respond = createRespond(options);
  return (request, response) => void respond(request, response, (maxBytes) => rawBody(request, maxBytes));
};

const rawBody = (request: IncomingMessage, maxBytes: number): Uint8Array | Promise<Uint8Array> => {
  const { body } = request as { readonly body?: unknown };
  if (Buffer.isBuffer(body)) return body;
  if (!request.readableDidRead) return readStream(request, maxBytes);
  throw new ReceiverError(500, "Another body parser ran first: put expressReceiver before express.json()");
};
