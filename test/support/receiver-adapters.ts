/** Every adapter of the receiver helper behind a real HTTP server, with the route /hook. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import {
  expressReceiver,
  fastifyReceiver,
  fetchReceiver,
  lambdaReceiver,
  nodeReceiver,
  type ReceiverOptions,
} from "../../receiver/index.ts";
import { functionUrl } from "./function-url.ts";

export interface StartedAdapter {
  /** URL of the route that takes batches. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export type StartAdapter = (options: ReceiverOptions) => Promise<StartedAdapter>;

/** Listens on a free port. */
export const listening = async (server: Server): Promise<StartedAdapter> => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
};

const startExpress: StartAdapter = async (options) => {
  const app = express();
  app.post("/hook", expressReceiver(options));
  // Other routes may parse as they like.
  app.use(express.json());
  return await listening(createServer(app));
};

const startFastify: StartAdapter = async (options) => {
  const app = fastify({ forceCloseConnections: true });
  await app.register(fastifyReceiver(options), { prefix: "/hook" });
  app.post("/json", async ({ body }) => body);
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url: `${origin}/hook`, close: async () => await app.close() };
};

/** Serves a fetch handler as Bun, Deno and the frameworks do on Node: a request that streams, and a signal of its end. */
const fetchServer = (handle: (request: Request) => Response | Promise<Response>): Server => {
  const respond = async (...[incoming, outgoing]: Parameters<RequestListener>): Promise<void> => {
    const controller = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableEnded) controller.abort();
    });
    const { method = "GET", url = "/" } = incoming;
    const hasBody = !["GET", "HEAD"].includes(method);
    const request = new Request(`http://localhost${url}`, {
      method,
      headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      signal: controller.signal,
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" as const } : {}),
    });
    const response = await handle(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  };
  return createServer((incoming, outgoing) => void respond(incoming, outgoing));
};

const startHono: StartAdapter = async (options) => {
  const app = new Hono();
  const receive = fetchReceiver(options);
  app.post("/hook", async ({ req }) => await receive(req.raw));
  return await listening(fetchServer(async (request) => await app.fetch(request)));
};

/** The adapters by name. */
export const adapters: Readonly<Record<"node" | "express" | "fastify" | "fetch" | "hono" | "lambda", StartAdapter>> = {
  node: async (options) => await listening(createServer(nodeReceiver(options))),
  express: startExpress,
  fastify: startFastify,
  // As in `export const POST = fetchReceiver(options)` of a route of Next.js.
  fetch: async (options) => await listening(fetchServer(fetchReceiver(options))),
  hono: startHono,
  lambda: async (options) => await listening(functionUrl(lambdaReceiver(options))),
};
