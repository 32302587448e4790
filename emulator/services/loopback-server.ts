import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Longer than any client keeps an idle connection, so that no request meets a connection that is being closed. */
const keepAliveTimeoutMs = 120_000;

/** Listens on 127.0.0.1 only and returns the port; port 0 takes a free one. */
export const listenOnLoopback = async (server: Server, port = 0): Promise<number> => {
  server.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
};

/** Stops listening, drops idle and open connections, and waits until the server has closed. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const readBody = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", () => resolve(undefined));
  });

type Listener = (...parameters: readonly unknown[]) => void;

/** A request whose body is there already: listeners hear of it as they are added. */
const replay = (request: IncomingMessage, body: Buffer): IncomingMessage => {
  const on = (event: string, listener: Listener) => {
    if (event === "data" && body.length > 0) listener(body);
    if (event === "end") listener();
    return request;
  };
  return Object.create(request, { on: { value: on }, removeAllListeners: { value: () => request } }) as IncomingMessage;
};

/**
 * Gives a server's handler complete bodies only. dynalite and kinesalite throw, and so end the process, when a
 * client goes away during an upload, as a function does that is killed at its time-out.
 */
export const handleCompleteRequestsOnly = (server: Server): void => {
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    void readBody(request).then((body) => {
      if (body === undefined) return;
      const complete = replay(request, body);
      for (const handle of handlers) handle(complete, response);
    });
  });
};
