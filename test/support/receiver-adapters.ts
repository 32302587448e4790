/** Every adapter of the receiver helper behind a real HTTP server, with the route /hook. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import {
  expressReceiver,
  fastifyReceiver,
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

/** The adapters by name. */
export const adapters: Readonly<Record<"node" | "express" | "fastify" | "lambda", StartAdapter>> = {
  node: async (options) => await listening(createServer(nodeReceiver(options))),
  express: startExpress,
  fastify: startFastify,
  lambda: async (options) => await listening(functionUrl(lambdaReceiver(options))),
};
