import { tooLarge } from "../parse-batch.ts";
import { createReceive, type ReceiverOptions } from "../receive.ts";
import { ReceiverError } from "../receiver-error.ts";

/** Tidepost gives up on an answer that takes longer. Not every platform reports that the connection has closed. */
const senderPatienceMs = 6_000;

/**
 * A handler for everything that speaks the Fetch API: a route handler of Next.js, Remix or SvelteKit, Hono's `c.req.raw`,
 * `Bun.serve`, `Deno.serve`, or Cloudflare Workers with `nodejs_compat`:
 * `export const POST = fetchReceiver({ onBatch })`. It reads the body itself, so nothing may read it before.
 *
 * It cannot process after the answer, because many of these platforms stop a program that has answered.
 *
 * @throws {TypeError} when a token or secret is given and empty, or `process` is "after"
 */
export const fetchReceiver = (options: Omit<ReceiverOptions, "process">): ((request: Request) => Promise<Response>) => {
  if ("process" in options && options.process !== "before") {
    throw new TypeError("A fetch handler cannot process after its answer; hand the batch to a queue in onBatch");
  }
  const receive = createReceive(options);
  return async (request) => {
    const { status, headers, body } = await receive({
      method: request.method,
      headers: request.headers,
      readBody: (maxBytes) => bodyOf(request, maxBytes),
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(senderPatienceMs)]),
    });
    return new Response(body, { status, headers });
  };
};

/** Reads a request's body up to a number of bytes, and cancels what is more. */
const bodyOf = async (request: Request, maxBytes: number): Promise<Uint8Array> => {
  if (request.bodyUsed) {
    throw new ReceiverError(500, "The body has been read already: give fetchReceiver the request first");
  }
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let part = await nextPart(reader); part !== undefined; part = await nextPart(reader)) {
    bytes += part.length;
    if (bytes > maxBytes) {
      // Nobody waits for the sender to stop.
      reader?.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    chunks.push(part);
  }
  const body = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
};

const nextPart = async (
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> => {
  try {
    return (await reader?.read())?.value;
  } catch (cause) {
    // A sender that goes away during the upload.
    throw new ReceiverError(400, "The body did not arrive whole", { cause });
  }
};
