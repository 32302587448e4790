/**
 * The one way out: every request to a URL that came from outside goes through this client.
 *
 * It reaches only allowed addresses, follows no redirect, knows no proxy, and is bounded in time and bytes.
 */
import type { Socket } from "node:net";
// The Agent by itself: the package's main module would bring fetch, WebSocket and caches into the bundle.
import Agent from "undici/lib/dispatcher/agent.js";
import { answerTimeoutMs, connectTimeoutMs, uploadTimeoutMs } from "#shared/contract/limits.ts";
import { parseAllowedRanges, parseTargetUrl } from "#shared/delivery/address-policy.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/delivery/outbound.ts";
import type { Targets } from "#shared/stores.ts";
import { checkedConnector, type Lookup } from "./connector.ts";
import { exchange } from "./exchange.ts";
import type { OutboundClocks } from "./outbound-clocks.ts";

export interface OutboundClientOptions {
  /** CIDR ranges that may be reached besides public addresses. */
  readonly allowedRanges: readonly string[];
  /** @default the limits of the contract */
  readonly clocks?: Partial<OutboundClocks>;
  /** @default the operating system's resolver */
  readonly lookup?: Lookup;
  /** Further requests wait for a connection, on the connect clock. @default no limit */
  readonly maxConnectionsPerTarget?: number;
  /** Certificate authority (PEM) to trust instead of the well-known ones. */
  readonly ca?: string;
}

export interface OutboundClient extends Targets {
  /** GETs the beginning of a text, 4 KiB unless it says otherwise. Never throws for what a host or DNS does. */
  get(request: Pick<OutboundRequest, "url" | "maxExcerptBytes" | "timeoutMs">): Promise<TargetAnswer>;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

const defaultClocks: OutboundClocks = { connectTimeoutMs, uploadTimeoutMs, answerTimeoutMs };

/** Idle time after which a connection is not used again: common servers close theirs after 5 s. */
const keepAliveMs = 4_000;
/** Common servers and proxies let a head have 8 to 64 KB. */
const maxResponseHeaderBytes = 64 * 1_024;

/** Creates the client. One per process, so that connections are shared. */
export const outboundClient = (options: OutboundClientOptions): OutboundClient => {
  const allowed = parseAllowedRanges(options.allowedRanges);
  if (allowed.kind === "invalid") throw new Error(allowed.problem);
  const clocks = { ...defaultClocks, ...options.clocks };
  const openSockets = new Set<Socket>();
  let running = 0;
  let idleSince = Date.now();

  const agent = new Agent({
    // Its own clocks are off: they are coarse, and `exchange` has better ones.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connections: options.maxConnectionsPerTarget ?? null,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: maxResponseHeaderBytes,
    connect: checkedConnector({
      allowedRanges: allowed.ranges,
      connectTimeoutMs: clocks.connectTimeoutMs,
      lookup: options.lookup,
      ca: options.ca,
      onConnected: (socket) => {
        openSockets.add(socket);
        socket.once("close", () => openSockets.delete(socket));
      },
    }),
  });

  /** Timers stand still while Lambda freezes a process, but targets close connections: the wall clock tells. */
  const dropStaleConnections = (): void => {
    if (running > 0 || Date.now() - idleSince < keepAliveMs) return;
    for (const socket of openSockets) socket.destroy();
  };

  const send = async (request: OutboundRequest): Promise<TargetAnswer> => {
    const target = parseTargetUrl(request.url);
    if (target.kind === "invalid") {
      const failure = { reason: "invalid_target", errorCode: "ERR_INVALID_URL" } as const;
      return { kind: "failed", ...failure, timings: { totalMs: 0 }, isUploaded: false };
    }
    dropStaleConnections();
    running += 1;
    try {
      return await exchange({ dispatcher: agent, url: target.url, request, clocks });
    } finally {
      running -= 1;
      idleSince = Date.now();
    }
  };

  return {
    post: send,
    get: async (request) => await send({ ...request, method: "GET", headers: {}, body: new Uint8Array() }),
    close: async () => {
      if (!agent.destroyed) await agent.close();
    },
  };
};
