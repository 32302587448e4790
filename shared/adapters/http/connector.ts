/**
 * The connect step of the outbound client: looks the name up, checks every address and connects to a checked one.
 *
 * It runs for each new connection, so that a name that changes its address between two of them is checked again.
 */
import { lookup as systemLookup } from "node:dns/promises";
import { connect as connectTcp, isIPv6, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import { isAllowedAddress, literalAddress } from "#shared/delivery/address-policy.ts";
import { ConnectError, errorCodeOf, tlsReason } from "./classify-error.ts";
import { type ConnectionSteps, connectionSteps } from "./connection-steps.ts";
import { readableHeads } from "./readable-heads.ts";

/** Resolves a host name to all its addresses. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface ConnectorOptions {
  readonly allowedRanges: readonly string[];
  /** Limit of look-up, TCP connect and TLS handshake together. */
  readonly connectTimeoutMs: number;
  /** @default the operating system's resolver */
  readonly lookup?: Lookup | undefined;
  /** Certificate authority (PEM) to trust instead of the well-known ones. */
  readonly ca?: string | undefined;
  /** Told of each connection that was made. */
  readonly onConnected: (socket: Socket) => void;
}

/** Codes for name servers that do not answer; EAI_AGAIN is how the system's resolver puts it. */
const dnsTimeouts: ReadonlySet<string> = new Set(["EAI_AGAIN", "ETIMEOUT", "ETIMEDOUT"]);

/** Time that one of several addresses gets before the next is tried too. */
const addressAttemptMs = 500;

const lookupAll: Lookup = async (hostname) => {
  const answers = await systemLookup(hostname, { all: true, order: "verbatim" });
  return answers.map(({ address }) => address);
};

const checkedAddresses = async (hostname: string, options: ConnectorOptions): Promise<readonly string[]> => {
  const literal = literalAddress(hostname);
  let addresses: readonly string[];
  try {
    addresses = literal === undefined ? await (options.lookup ?? lookupAll)(hostname) : [literal];
  } catch (error) {
    const code = errorCodeOf(error);
    throw new ConnectError(dnsTimeouts.has(code) ? "dns_timeout" : "dns_failed", code, { cause: error });
  }
  if (addresses.length === 0) throw new ConnectError("dns_failed", "ENOTFOUND");
  // One bad answer refuses all: a mixed answer is an attempt to get past this check.
  if (!addresses.every((address) => isAllowedAddress(address, options.allowedRanges))) {
    throw new ConnectError("address_refused", "EACCES");
  }
  return addresses;
};

/** Stands in for the look-up of `net`, so that the connection goes to the checked addresses and no others. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = answers;
    if (all === true) callback(null, answers);
    else if (first !== undefined) callback(null, first.address, first.family);
  };

const openSocket = (target: buildConnector.Options, addresses: readonly string[], ca: string | undefined): Socket => {
  const secure = target.protocol === "https:";
  const tcp = {
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: addressAttemptMs,
    host: target.hostname,
    lookup: pinned(addresses),
    noDelay: true,
    port: Number(target.port === "" ? (secure ? 443 : 80) : target.port),
  };
  if (!secure) return connectTcp(tcp);
  return connectTls({
    ...tcp,
    ALPNProtocols: ["http/1.1"],
    // Stated, because an environment variable can turn Node's default off.
    rejectUnauthorized: true,
    ...(literalAddress(target.hostname) === undefined && { servername: target.hostname }),
    ...(ca !== undefined && { ca }),
  });
};

type Step = "tcp" | "tls";

const connectFailure = (step: Step, error: unknown): ConnectError => {
  const code = errorCodeOf(error);
  if (code === "ETIMEDOUT") return new ConnectError("connect_timeout", code, { cause: error });
  if (code === "ECONNRESET" || code === "EPIPE") return new ConnectError("connection_reset", code, { cause: error });
  return new ConnectError(step === "tcp" ? "connect_failed" : tlsReason(code), code, { cause: error });
};

const untilConnected = async (socket: Socket, secure: boolean, steps: ConnectionSteps): Promise<void> => {
  let step: Step = "tcp";
  let stepMs = stopwatch();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", () => {
    steps.connectMs = stepMs();
    step = "tls";
    stepMs = stopwatch();
    if (!secure) resolve();
  });
  socket.once("secureConnect", () => {
    steps.tlsMs = stepMs();
    const validTo = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.NaN;
    if (!Number.isNaN(validTo)) steps.certificateValidTo = new Date(validTo).toISOString();
    resolve();
  });
  // Stays on for the life of the socket: an error without a listener would end the process.
  socket.on("error", (error) => reject(connectFailure(step, error)));
  socket.once("close", () => reject(connectFailure(step, Object.assign(new Error("closed"), { code: "ECONNRESET" }))));
  return promise;
};

const stopwatch = (): (() => number) => {
  const startedAt = performance.now();
  return () => Math.round(performance.now() - startedAt);
};

/** Connector for undici that reaches only allowed addresses. */
export const checkedConnector =
  (options: ConnectorOptions): buildConnector.connector =>
  (target, callback) => {
    const clock = Promise.withResolvers<never>();
    const steps = connectionSteps.getStore() ?? {};
    let socket: Socket | undefined;
    const connect = async (): Promise<Socket> => {
      const lookupMs = stopwatch();
      const addresses = await Promise.race([checkedAddresses(target.hostname, options), clock.promise]);
      steps.dnsMs = lookupMs();
      socket = openSocket(target, addresses, options.ca);
      await Promise.race([untilConnected(socket, target.protocol === "https:", steps), clock.promise]);
      return socket;
    };
    const timer = setTimeout(
      () => clock.reject(new ConnectError("connect_timeout", "ETIMEDOUT")),
      options.connectTimeoutMs,
    );
    connect()
      .finally(() => clearTimeout(timer))
      .then(
        (connected) => {
          readableHeads(connected);
          options.onConnected(connected);
          callback(null, connected);
        },
        (error: unknown) => {
          socket?.destroy();
          callback(error instanceof Error ? error : new Error("connect failed", { cause: error }), null);
        },
      );
  };
