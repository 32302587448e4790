/**
 * A real HTTP(S) server on the loopback interface that stands for a customer's target.
 *
 * It records every request and does to it what a test asks for, from an orderly answer to a reset in mid-body.
 */
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { answer, type Behaviour } from "./receiver-behaviour.ts";
import { actsBeforeBody, perform } from "./receiver-perform.ts";

/** PEM text of the receiver's own certificate, valid for localhost, target.example.com, 127.0.0.1 and ::1. */
export const receiverCertificate = readFileSync(new URL("receiver-cert.pem", import.meta.url), "utf8");
/** The same, but valid in the year 2020 only. */
export const expiredCertificate = readFileSync(new URL("receiver-expired-cert.pem", import.meta.url), "utf8");

export interface RecordedRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names of the headers as they were spelled. */
  readonly headerNames: readonly string[];
  /** What arrived of the body; empty when the receiver does not record bodies. */
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly receivedAt: Date;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  readonly state: "receiving" | "received" | "answered" | "aborted";
}

export interface ReceiverOptions {
  /** Serve HTTPS with the receiver's self-signed certificate. */
  readonly tls?: boolean;
  /** PEM text of a certificate for the receiver's key. @default receiverCertificate */
  readonly certificate?: string;
  /** @default true; false for benchmarks */
  readonly recordBodies?: boolean;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Idle time after which the receiver closes a kept connection. @default Node's 5 s */
  readonly keepAliveTimeoutMs?: number;
}

export interface Receiver {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Requests in the order in which their headers arrived; the items change as the requests go on. */
  readonly requests: readonly RecordedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly openConnections: number;
  /** Sets what requests to a path (without query) get; every other path answers 200. The latest setting counts. */
  respond(path: string | RegExp, behaviour: Behaviour): void;
  /** Resets every connection as it is accepted, until called with false. */
  resetConnections(enabled: boolean): void;
  /** Closes the open connections in order, as a server does that restarts. */
  endConnections(): void;
  /** Resolves when the condition holds; fails after `timeoutMs` (by default shortly before a test of `integration` does). */
  until(condition: (receiver: Receiver) => boolean, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Starts a receiver on a free port. */
export const startReceiver = async (options: ReceiverOptions = {}): Promise<Receiver> => {
  const requests: Mutable<RecordedRequest>[] = [];
  const rules: { matches: (path: string) => boolean; behaviour: Behaviour; served: number }[] = [];
  const sockets = new Set<Socket>();
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  const changed = (): boolean => changes.emit("change");
  let connections = 0;
  let resetting = false;

  const behaviourFor = (path: string): Exclude<Behaviour, { kind: "sequence" }> => {
    const rule = rules.findLast(({ matches }) => matches(path));
    let behaviour = rule?.behaviour ?? answer(200);
    const served = rule === undefined ? 0 : rule.served++;
    while (behaviour.kind === "sequence") {
      const [first, ...others] = behaviour.steps;
      behaviour = [first, ...others][served] ?? others.at(-1) ?? first;
    }
    return behaviour;
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? "";
    const record: Mutable<RecordedRequest> = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      headerNames: request.rawHeaders.filter((_, index) => index % 2 === 0),
      body: Buffer.alloc(0),
      bodyBytes: 0,
      receivedAt: new Date(),
      connection: connectionOf(request.socket),
      state: "receiving",
    };
    requests.push(record);
    const chunks: Buffer[] = [];
    const keep = (): void => {
      record.body = Buffer.concat(chunks);
      chunks.splice(0, chunks.length, record.body);
    };
    const behaviour = behaviourFor(path.replace(/\?.*$/s, ""));
    const early = actsBeforeBody(behaviour, request);
    if (behaviour.kind !== "neverRead") {
      request.on("data", (chunk: Buffer) => {
        record.bodyBytes += chunk.length;
        if (options.recordBodies !== false) chunks.push(chunk);
      });
      request.once("end", () => {
        keep();
        if (record.state === "receiving") record.state = "received";
        if (!early) perform(behaviour, { request, response, body: record.body });
        changed();
      });
    }
    // A peer that goes away in mid-body is an error of the request, and no failure of the receiver.
    request.on("error", () => undefined);
    response.once("close", () => {
      keep();
      record.state = response.writableFinished ? "answered" : "aborted";
      changed();
    });
    if (early) perform(behaviour, { request, response, body: record.body });
    changed();
  };

  const serverOptions = { keepAliveTimeout: options.keepAliveTimeoutMs ?? 5_000 };
  const key = (): string => readFileSync(new URL("receiver-key.pem", import.meta.url), "utf8");
  const server =
    options.tls === true
      ? createTlsServer({ ...serverOptions, key: key(), cert: options.certificate ?? receiverCertificate }, onRequest)
      : createServer(serverOptions, onRequest);
  const host = options.host ?? "127.0.0.1";

  const numbers = new WeakMap<Socket, number>();
  const connectionOf = (socket: Socket): number => numbers.get(socket) ?? 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    numbers.set(socket, connections);
    socket.once("close", () => {
      sockets.delete(socket);
      changed();
    });
    socket.on("error", () => undefined);
    if (resetting) socket.resetAndDestroy();
    changed();
  });
  server.on("secureConnection", (socket: Socket) => numbers.set(socket, connections));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;

  const receiver: Receiver = {
    url: `${options.tls === true ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    respond: (path, behaviour) => {
      const matches = (actual: string): boolean => (typeof path === "string" ? actual === path : path.test(actual));
      rules.push({ matches, behaviour, served: 0 });
    },
    resetConnections: (enabled) => {
      resetting = enabled;
    },
    endConnections: () => {
      for (const socket of sockets) socket.end();
    },
    until: async (condition, timeoutMs = 110_000) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = (): void => {
        if (condition(receiver)) resolve();
      };
      changes.on("change", check);
      check();
      const giveUp = new AbortController();
      const late = delay(timeoutMs, undefined, { signal: giveUp.signal }).then(() => {
        const seen = requests.map(({ method, path, state }) => `${method} ${path} ${state}`).join(", ");
        throw new Error(`the receiver did not get there; requests: ${seen === "" ? "none" : seen}`);
      });
      try {
        await Promise.race([promise, late]);
      } finally {
        changes.off("change", check);
        giveUp.abort();
        late.catch(() => undefined);
      }
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return receiver;
};
