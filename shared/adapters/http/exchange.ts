import type { Dispatcher } from "undici";
import { type Failure, classifyError, errorCodeOf } from "./classify-error.ts";
import { type ConnectionSteps, connectionSteps } from "./connection-steps.ts";
import type { OutboundRequest, OutboundTimings, TargetAnswer } from "#shared/delivery/outbound.ts";
import type { OutboundClocks } from "./outbound-clocks.ts";

/** One request on a dispatcher of undici: its clocks, and how it ends. */

type Phase = "connecting" | "uploading" | "answering" | "reading" | "settled";

/** Interim (1xx) responses that a target may send; more are an attempt to keep the connection busy. */
const maxInterimResponses = 32;

const timedOut: Record<"connecting" | "uploading" | "answering", Failure> = {
  connecting: { reason: "connect_timeout", errorCode: "ETIMEDOUT" },
  uploading: { reason: "upload_timeout", errorCode: "ETIMEDOUT" },
  answering: { reason: "response_timeout", errorCode: "ETIMEDOUT" },
};

/** Names come in lower case from undici; a repeated header becomes a list, as HTTP lets any recipient do. */
const flatHeaders = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );

/** A request that HTTP has no form for, or a client that was closed: nothing that the target did. */
const isCallersError = (error: Error): boolean =>
  ["UND_ERR_INVALID_ARG", "UND_ERR_CLOSED", "UND_ERR_DESTROYED"].includes(errorCodeOf(error));

interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly request: OutboundRequest;
  readonly clocks: OutboundClocks;
}

/** Sends one request. Resolves for whatever the target does; rejects only for a request that cannot be written. */
export const exchange = async ({ dispatcher, url, request, clocks }: ExchangeOptions): Promise<TargetAnswer> => {
  const { promise, resolve, reject } = Promise.withResolvers<TargetAnswer>();
  const startedAt = performance.now();
  let phase: Phase = "connecting";
  let phaseStartedAt = startedAt;
  let timings: Pick<OutboundTimings, "uploadMs" | "waitMs"> = {};
  const steps: ConnectionSteps = {};
  let isUploaded = false;
  let controller: Dispatcher.DispatchController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wholeTimer: NodeJS.Timeout | undefined;
  let interimResponses = 0;
  let status = 0;
  let headers: Readonly<Record<string, string>> = {};
  let excerpt: ExcerptReader | undefined;

  const elapsedMs = (): number => Math.round(performance.now() - phaseStartedAt);
  const enter = (next: Phase): void => {
    phase = next;
    phaseStartedAt = performance.now();
  };
  /** An answer that is here already counts, though a busy event loop reads it late: the socket gets one more turn. */
  const startClock = (timeoutMs: number): void => {
    clearTimeout(timer);
    const own = setTimeout(() => setImmediate(() => timer === own && onClock()), timeoutMs);
    timer = own;
  };
  const stopClocks = (): void => {
    clearTimeout(timer);
    clearTimeout(wholeTimer);
  };
  const finish = (outcome: Failure | "answered"): void => {
    if (phase === "settled") return;
    if (phase === "uploading") timings = { uploadMs: elapsedMs() };
    if (phase === "answering") timings = { ...timings, waitMs: elapsedMs() };
    phase = "settled";
    stopClocks();
    const { certificateValidTo, ...connection } = steps;
    const exchanged = {
      timings: { ...connection, ...timings, totalMs: Math.round(performance.now() - startedAt) },
      isUploaded,
      ...(certificateValidTo === undefined ? {} : { certificateValidTo }),
    };
    if (outcome !== "answered") return resolve({ kind: "failed", ...outcome, ...exchanged });
    const isTruncated = excerpt?.isTruncated() ?? false;
    resolve({ kind: "answered", status, headers, excerpt: excerpt?.text() ?? "", isTruncated, ...exchanged });
  };
  /** Ends the exchange and its connection, so that the target sees at once that nobody waits any more. */
  const cutOff = (outcome: Failure | "answered"): void => {
    finish(outcome);
    controller?.abort(new Error("the exchange is over"));
  };
  const onClock = (): void => {
    if (phase !== "settled") cutOff(phase === "reading" ? "answered" : timedOut[phase]);
  };

  startClock(clocks.connectTimeoutMs);
  if (request.timeoutMs !== undefined) wholeTimer = setTimeout(() => setImmediate(onClock), request.timeoutMs);
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started;
      if (phase === "settled") return started.abort(new Error("the exchange is over"));
      enter("uploading");
      startClock(clocks.uploadTimeoutMs);
      request.onUpload?.();
    },
    onRequestSent: () => {
      if (phase !== "uploading") return;
      timings = { uploadMs: elapsedMs() };
      isUploaded = true;
      enter("answering");
      startClock(clocks.answerTimeoutMs);
    },
    onResponseStart: (_controller, statusCode, responseHeaders) => {
      if (phase === "settled") return;
      if (statusCode < 200) {
        interimResponses += 1;
        if (interimResponses > maxInterimResponses) cutOff({ reason: "invalid_response", errorCode: "EPROTO" });
        return;
      }
      // An answer may come before the upload's end; its body then has a clock of its own.
      if (phase === "uploading") startClock(clocks.answerTimeoutMs);
      timings = phase === "uploading" ? { uploadMs: elapsedMs() } : { ...timings, waitMs: elapsedMs() };
      status = statusCode;
      headers = flatHeaders(responseHeaders);
      excerpt = excerptReader(headers["content-encoding"], request.maxExcerptBytes);
      enter("reading");
    },
    onResponseData: (_controller, chunk) => {
      if (excerpt?.push(chunk) === false) cutOff("answered");
    },
    onResponseEnd: () => {
      // undici frees the connection in an immediate that it sets right after this call. Finishing behind it lets a
      // caller's next request find the connection free instead of opening another.
      process.nextTick(() => setImmediate(() => finish("answered")));
    },
    onResponseError: (_controller, error) => {
      if (phase === "reading") return finish("answered");
      if (!isCallersError(error)) return finish(classifyError(error));
      stopClocks();
      phase = "settled";
      reject(error);
    },
  };
  const dispatchOptions: Dispatcher.DispatchOptions = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method ?? "POST",
    headers: requestHeaders(request.headers, request.body.byteLength),
    // The types name streams only; undici also sends what an iterable yields.
    body: request.method === "GET" ? null : (bodyParts(request.body) as Uint8Array),
  };
  connectionSteps.run(steps, () => dispatcher.dispatch(dispatchOptions, handler));
  return promise;
};

/** Bytes of a response body that are read unless a request says otherwise. */
const defaultExcerptBytes = 4 * 1_024;

/** Everything of Unicode's control category except newline and tab. */
const unprintable = /[^\P{Cc}\n\t]/gu;

/** Collects the beginning of a response body. */
interface ExcerptReader {
  /** Takes a chunk; false once the body is longer than the excerpt may be. */
  push(chunk: Uint8Array): boolean;
  /** Whether there was more than the excerpt may hold. */
  isTruncated(): boolean;
  /** The text so far: valid UTF-8 without control characters. */
  text(): string;
}

/** Reader for the excerpt of one response; a body in a content encoding, which nobody asked for, gives no text. */
const excerptReader = (
  contentEncoding: string | undefined,
  maxExcerptBytes: number = defaultExcerptBytes,
): ExcerptReader => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      if (size < maxExcerptBytes) chunks.push(Uint8Array.from(chunk.subarray(0, maxExcerptBytes - size)));
      size += chunk.byteLength;
      return size <= maxExcerptBytes;
    },
    isTruncated: () => size > maxExcerptBytes,
    text: () => {
      if (contentEncoding !== undefined && contentEncoding !== "identity") return "";
      // `stream` leaves out a character that the end of the excerpt cuts in two.
      return new TextDecoder().decode(Buffer.concat(chunks), { stream: true }).replace(unprintable, "");
    },
  };
};

/** Headers that the client itself sets, or that would change how the message is framed or where it goes. */
const clientHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The caller's headers without those that are the client's, with the length that keeps the body from being chunked. */
const requestHeaders = (headers: Readonly<Record<string, string>>, bodyBytes: number): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(headers).filter(([name]) => {
      const lowerCase = name.toLowerCase();
      return !clientHeaders.has(lowerCase) && !lowerCase.startsWith("proxy-");
    }),
  ),
  "Content-Length": String(bodyBytes),
});

/** A body of up to this size goes to the socket in one write together with the headers. */
const wholeBodyBytes = 128 * 1_024;

/**
 * Body as undici should send it: a long one in views of itself, each written when the socket has taken the one before,
 * so that the end of the upload is seen. Nothing is copied.
 */
const bodyParts = (body: Uint8Array): Uint8Array | Iterable<Uint8Array> => {
  if (body.byteLength <= wholeBodyBytes) return body;
  const count = Math.ceil(body.byteLength / wholeBodyBytes);
  return Array.from({ length: count }, (_, part) => body.subarray(part * wholeBodyBytes, (part + 1) * wholeBodyBytes));
};
