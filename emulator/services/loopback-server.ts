import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "./service.ts";

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

const loopbackHost = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Whether a Host header names this machine: a foreign name means that a web page reached us by DNS rebinding. */
export const isLoopbackHost = (host: string | undefined): boolean => loopbackHost.test(host ?? "");

/** Whether a request is signed with an access key. The key's id is as secret as the key, so that it alone is looked at. */
const isSignedWith = (request: IncomingMessage, { accessKeyId }: Credentials): boolean => {
  const given = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const [one, other] = [Buffer.from(given), Buffer.from(accessKeyId)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const refusalOf = (request: IncomingMessage, credentials: Credentials): string | undefined => {
  if (request.headers.origin !== undefined) return "This service answers to no web page.";
  if (!isLoopbackHost(request.headers.host)) return "This service answers to loopback names only.";
  if (!isSignedWith(request, credentials))
    return "This service answers to requests with its own run's credentials only.";
  return undefined;
};

/**
 * Gives a server's handler only what the run's own clients send. Any program on this machine can reach the port, and any web
 * page that is open on it: both get 403, and nothing of the request is carried out.
 */
export const admitOwnClientsOnly = (server: Server, credentials: Credentials): void => {
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const refusal = refusalOf(request, credentials);
    if (refusal === undefined) {
      for (const handle of handlers) handle(request, response);
      return;
    }
    request.resume();
    const isJson = (request.headers["content-type"] ?? "").includes("json");
    const body = isJson
      ? JSON.stringify({ __type: "AccessDeniedException", message: refusal })
      : `<Error><Code>AccessDenied</Code><Message>${refusal}</Message></Error>`;
    const contentType = isJson ? "application/x-amz-json-1.1" : "application/xml";
    response.writeHead(403, { "Content-Type": contentType, "X-Amzn-ErrorType": "AccessDeniedException" }).end(body);
  });
};
