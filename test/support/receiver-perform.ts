import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Behaviour } from "./receiver-behaviour.ts";

/** Everything that ends with the exchange: stops when the peer goes away. */
const dripUntilClosed = (response: ServerResponse, everyMs: number, drip: () => void): void => {
  const timer = setInterval(drip, everyMs);
  response.once("close", () => clearInterval(timer));
};

/** Pauses between the parts, so that they arrive as separate reads. */
const writeApart = async (socket: Socket, parts: readonly string[], end: boolean): Promise<void> => {
  for (const [index, part] of parts.entries()) {
    if (index > 0) await delay(10);
    socket.write(part);
  }
  if (end) socket.end();
};

/** Whether a behaviour has to act before the body was read. */
export const actsBeforeBody = (behaviour: Behaviour, request: IncomingMessage): boolean =>
  behaviour.kind === "neverRead" ||
  (behaviour.kind === "reset" && behaviour.when === "midBody") ||
  ((behaviour.kind === "refuseOver" || behaviour.kind === "resetOver") &&
    Number(request.headers["content-length"] ?? 0) > behaviour.bytes);

/** What a target says that shows its callers what they sent, as some do when they fail. */
const echo = (status: number, { headers }: IncomingMessage, response: ServerResponse, body: Buffer): void => {
  const sent = { ...headers, body: body.toString() };
  const asForm = new URLSearchParams(
    Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)])),
  );
  const echoed = Object.entries(headers).map(([name, value]) => [`x-echo-${name}`, value ?? ""] as const);
  response.writeHead(status, Object.fromEntries(echoed));
  response.end(`${Object.values(sent).join(" ")} ${JSON.stringify(sent)} ${asForm.toString()}`);
};

/** Carries out a behaviour; `sequence` was resolved before. */
export const perform = (
  behaviour: Exclude<Behaviour, { kind: "sequence" }>,
  { request, response, body }: { readonly request: IncomingMessage; response: ServerResponse; readonly body: Buffer },
): void => {
  const { socket } = request;
  switch (behaviour.kind) {
    case "answer":
      response.writeHead(behaviour.status, behaviour.headers ?? {}).end(behaviour.body ?? "");
      return;
    case "hang":
      return;
    case "neverRead":
      socket.pause();
      return;
    case "hangAfterHeaders":
      response.writeHead(200, { "content-length": "1000" });
      response.flushHeaders();
      if (behaviour.start !== undefined) response.write(behaviour.start);
      return;
    case "dripHeaders":
      socket.write("HTTP/1.1 200 OK\r\nx-drip: ");
      dripUntilClosed(response, behaviour.everyMs, () => socket.write("a"));
      return;
    case "dripBody":
      response.writeHead(200);
      dripUntilClosed(response, behaviour.everyMs, () => response.write("a"));
      return;
    case "hugeBody":
      response.writeHead(200).end(Buffer.alloc(behaviour.bytes, "x"));
      return;
    case "reset":
      if (behaviour.when === "midBody") request.once("data", () => socket.resetAndDestroy());
      else if (behaviour.when === "afterBody") socket.resetAndDestroy();
      else {
        response.writeHead(200, { "content-length": "1000" });
        response.write("begun", () => setImmediate(() => socket.resetAndDestroy()));
      }
      return;
    case "closeEarly":
      socket.end();
      return;
    case "raw":
      void writeApart(socket, [behaviour.text].flat(), behaviour.end === true);
      return;
    case "echo":
      echo(behaviour.status, request, response, body);
      return;
    case "requireHeader":
      response.writeHead(request.headers[behaviour.name] === behaviour.value ? 200 : 401).end();
      return;
    case "refuseOver":
      response.writeHead(Number(request.headers["content-length"] ?? 0) > behaviour.bytes ? 413 : 200).end(() => {
        if (behaviour.close === true && response.statusCode === 413) socket.destroy();
      });
      return;
    case "resetOver": {
      if (body.length > 0) return void response.writeHead(200).end();
      let bytes = 0;
      request.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > behaviour.bytes) socket.resetAndDestroy();
      });
      return;
    }
    case "refuseText":
      response.writeHead(body.includes(behaviour.text) ? behaviour.status : 200).end();
      return;
  }
};
