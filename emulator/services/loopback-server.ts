import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Access, refusalOf } from "../access/access.ts";
import type { Asked } from "../access/asked.ts";

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

const inXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** How a service of AWS says that it refuses a request, in the protocol of the request: JSON, or the XML of SNS or S3. */
export const denial = ({ headers }: Pick<IncomingMessage, "headers">, message: string) => {
  const type = headers["content-type"] ?? "";
  const error = `<Error><Code>AccessDenied</Code><Message>${inXml(message)}</Message></Error>`;
  if (type.includes("x-amz-json")) {
    return { type: "application/x-amz-json-1.1", body: JSON.stringify({ __type: "AccessDeniedException", message }) };
  }
  const isForm = type.includes("x-www-form-urlencoded");
  return { type: "application/xml", body: isForm ? `<ErrorResponse>${error}</ErrorResponse>` : error };
};

const refuse = (request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void => {
  const { type, body } = denial(request, message);
  response.writeHead(status, { "Content-Type": type, "X-Amzn-ErrorType": "AccessDeniedException" }).end(body);
};

interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Gives a server's handler what its callers are permitted to ask for, and complete bodies only. dynalite and kinesalite throw,
 * and so end the process, when a client goes away during an upload, as a function does that is killed at its time-out.
 */
export const handlePermittedRequestsOnly = (
  server: Server,
  access: Access,
  askedOf: (headers: IncomingMessage["headers"], body: Buffer) => readonly Asked[],
): void => {
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    void readBody(request).then((body) => {
      if (body === undefined) return;
      const message = refusalOf(access.callerOf(request), () => askedOf(request.headers, body));
      if (message !== undefined) return refuse(request, response, { status: 400, message });
      const complete = replay(request, body);
      for (const handle of handlers) handle(complete, response);
    });
  });
};

const loopbackHost = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Whether a Host header names this machine: a foreign name means that a web page reached us by DNS rebinding. */
export const isLoopbackHost = (host: string | undefined): boolean => loopbackHost.test(host ?? "");

const strangeness = (request: IncomingMessage, access: Access): string | undefined => {
  if (request.headers.origin !== undefined) return "This service answers to no web page.";
  if (!isLoopbackHost(request.headers.host)) return "This service answers to loopback names only.";
  if (access.callerOf(request) === undefined)
    return "This service answers to requests with its own run's credentials only.";
  return undefined;
};

/**
 * Gives a server's handler only what the run's own clients send. Any program on this machine can reach the port, and any web
 * page that is open on it: both get 403, and nothing of the request is carried out.
 */
export const admitOwnClientsOnly = (server: Server, access: Access): void => {
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const message = strangeness(request, access);
    if (message === undefined) {
      for (const handle of handlers) handle(request, response);
      return;
    }
    request.resume();
    refuse(request, response, { status: 403, message });
  });
};
