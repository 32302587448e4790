import type { IncomingMessage, ServerResponse } from "node:http";
import type { ReceiverOptions } from "../receive.ts";
import { createRespond } from "./node.ts";
import { readStream } from "./read-stream.ts";

/** What the plugin needs of a Fastify instance. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void,
  ): unknown;
  post(
    path: string,
    handler: (
      request: { readonly raw: IncomingMessage },
      reply: { readonly raw: ServerResponse; hijack(): unknown },
    ) => Promise<void>,
  ): unknown;
}

/**
 * A plugin for Fastify 4 and 5: `app.register(fastifyReceiver({ onBatch }), { prefix: "/hook" })`. It reads raw bodies;
 * the parsers of other routes stay as they are.
 *
 * @throws {TypeError} when a token or secret is given and empty
 */
export const fastifyReceiver = (options: ReceiverOptions): ((app: FastifyLike) => Promise<void>) => {
  const respond = createRespond(options);
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _payload, done) => done(null));
    app.post("/", async ({ raw: request }, reply) => {
      reply.hijack();
      await respond(request, reply.raw, (maxBytes) => readStream(request, maxBytes));
    });
  };
};
