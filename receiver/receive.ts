import { type BatchStore, dedupe } from "./dedupe.ts";
import { headerOf, type RequestHeaders, testBatchId } from "./headers.ts";
import { memoryStore } from "./memory-store.ts";
import { listOf, type OneOrMore } from "./one-or-more.ts";
import { type Batch, defaultMaxBytes, jsonBytesOf, parseJsonBatch, tooLarge } from "./parse-batch.ts";
import { ReceiverError } from "./receiver-error.ts";
import { keysOf, signatureFault } from "./verify-signature.ts";
import { verifyToken } from "./verify-token.ts";

export interface BatchContext {
  /** Aborts when the sender gives up before it has the answer: stop working, because the batch will come again. */
  readonly signal: AbortSignal;
}

export interface ReceiverOptions {
  /** Takes every batch with events that is not a duplicate. What it throws is answered with 500, so that it comes again. */
  readonly onBatch: (batch: Batch, context: BatchContext) => void | Promise<void>;
  /** The webhook's `auth_token`; `[old, new]` while it is being replaced. */
  readonly token?: OneOrMore | undefined;
  /** The webhook's signing secret; `[old, new]` while it is being replaced. */
  readonly secret?: OneOrMore | undefined;
  /** How far a signature's time may be from now. @default 300 */
  readonly toleranceSeconds?: number | undefined;
  /** Largest body in bytes, before and after decompression. @default 16 MiB */
  readonly maxBytes?: number | undefined;
  /** What tells duplicates. @default `memoryStore()` */
  readonly store?: BatchStore | undefined;
  /**
   * `before`: `onBatch`, then the answer. `after`: the answer, then `onBatch`; a batch whose `onBatch` fails then is lost to
   * the receiver, so store it first where that matters. @default before
   */
  readonly process?: "before" | "after" | undefined;
  /** Hears what `onBatch` or the store threw. @default standard error */
  readonly onError?: ((error: unknown, batch: Batch) => void) | undefined;
}

/** A request, whatever framework brought it. */
export interface IncomingBatch {
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly readBody: (maxBytes: number) => Uint8Array | Promise<Uint8Array>;
  readonly signal: AbortSignal;
}

/** What to answer, and what to do once that has been sent. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly after?: () => Promise<void>;
}

/** A ping is a few bytes, also with several empty envelopes. */
const maxPingBytes = 1_024;

const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): ReceiverAnswer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  body,
});

const printError = (error: unknown, { batchId }: Batch): void => {
  // oxlint-disable-next-line eslint/no-console -- a receiver that was told nothing else must not fail in silence
  console.error(`Batch ${batchId}:`, error);
};

/** What every adapter does with a request. */
export const createReceive = (options: ReceiverOptions): ((incoming: IncomingBatch) => Promise<ReceiverAnswer>) => {
  const { onBatch, maxBytes = defaultMaxBytes, onError = printError } = options;
  const once = dedupe(options.store ?? memoryStore());
  // A variable that is not set shows at the start instead of with the first batch.
  if ("token" in options) listOf(options.token ?? "", "token");
  if ("secret" in options) keysOf(options.secret ?? "");

  const hold = async (batch: Batch, signal: AbortSignal): Promise<"done" | "duplicate"> => {
    const write = () => onBatch(batch, { signal });
    if (batch.batchId !== testBatchId) return await once(batch.batchId, write);
    await write();
    return "done";
  };

  const handle = async ({ method, headers, readBody, signal }: IncomingBatch): Promise<ReceiverAnswer> => {
    if (method !== "POST") return answer(405, "Batches come by POST", { allow: "POST" });
    if (options.token !== undefined && !verifyToken(headers, options.token)) {
      return answer(401, "The X-MessageSystems-Webhook-Token header is missing or wrong");
    }
    if (Number(headerOf(headers, "content-length")) > maxBytes) throw tooLarge(maxBytes);
    const body = await readBody(maxBytes);
    const json = jsonBytesOf(body, headers, maxBytes);
    const fault = options.secret === undefined ? undefined : signatureFault(json, headers, options.secret, options);
    if (fault !== undefined) return isPing(json, headers) ? answer(200, "ping") : answer(401, fault);
    const batch = parseJsonBatch(json, headers);
    if (batch.isPing) return answer(200, "ping");
    if (options.process === "after") {
      const never = new AbortController().signal;
      const after = async (): Promise<void> => {
        await hold(batch, never).catch((error: unknown) => onError(error, batch));
      };
      return { ...answer(200, "accepted"), after };
    }
    try {
      return answer(200, await hold(batch, signal));
    } catch (error) {
      // Giving up is what the signal asks for.
      if (!signal.aborted) onError(error, batch);
      return answer(500, "The batch could not be taken");
    }
  };

  return async (incoming) => {
    try {
      return await handle(incoming);
    } catch (error) {
      if (error instanceof ReceiverError) return answer(error.status, error.message);
      throw error;
    }
  };
};

/**
 * Whether an unverified body is a ping. The test POST that creates a webhook is signed with a secret that nobody has been
 * shown yet, and it holds nothing that could be forged.
 */
const isPing = (json: Uint8Array, headers: RequestHeaders): boolean => {
  if (json.length > maxPingBytes) return false;
  try {
    return parseJsonBatch(json, headers).isPing;
  } catch {
    return false;
  }
};
