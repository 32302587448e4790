import zlib from "node:zlib";
import type { EventsByType } from "./event-types.ts";
import { batchIdOf, headerOf, type RequestHeaders } from "./headers.ts";
import { ReceiverError } from "./receiver-error.ts";

/** An event of a given type, such as `BatchEventOf<"bounce">`. */
export type BatchEventOf<Type extends keyof EventsByType> = EventsByType[Type];

/**
 * One event of a batch; its `type` decides which fields it has. Mail servers get new types over time, and those come through
 * as they are: give a `switch` over the type a default.
 */
export type BatchEvent = EventsByType[keyof EventsByType];

/** One POST. */
export interface Batch {
  /** The same on every attempt; empty only for a ping without one. */
  readonly batchId: string;
  /** Whether it holds no event: the test POST of a webhook that is created, changed or validated. */
  readonly isPing: boolean;
  readonly events: readonly BatchEvent[];
}

export interface ParseOptions {
  /** Largest body in bytes, before and after decompression. @default 16 MiB */
  readonly maxBytes?: number | undefined;
}

/** Tidepost's own largest body is 10 MiB. */
export const defaultMaxBytes = 16 * 1024 * 1024;

/**
 * Reads the body of a POST, compressed or not.
 *
 * @throws {ReceiverError} 400 for what is no batch, 413 for too many bytes, 415 for an unknown compression
 */
export const parseBatch = (
  rawBody: Uint8Array | string,
  headers: RequestHeaders,
  options: ParseOptions = {},
): Batch => {
  const bytes = typeof rawBody === "string" ? Buffer.from(rawBody) : rawBody;
  return parseJsonBatch(jsonBytesOf(bytes, headers, options.maxBytes ?? defaultMaxBytes), headers);
};

/** Reads a body that is not compressed, or not any more. */
export const parseJsonBatch = (json: Uint8Array, headers: RequestHeaders): Batch => {
  const batchId = batchIdOf(headers);
  // TextDecoder drops a byte-order mark.
  const events = [parseJson(new TextDecoder().decode(json))].flat().flatMap(eventsOf);
  if (events.length > 0 && batchId === "") throw new ReceiverError(400, "There is no X-MessageSystems-Batch-ID header");
  return { batchId, isPing: events.length === 0, events };
};

export const tooLarge = (maxBytes: number): ReceiverError =>
  new ReceiverError(413, `The body has more than ${maxBytes} bytes`);

/**
 * The JSON of a body, which signatures cover.
 *
 * @param maxBytes most that is taken, before and after decompression
 * @throws {ReceiverError} 400 for damaged data, 413 for too many bytes, 415 for an unknown compression
 */
export const jsonBytesOf = (bytes: Uint8Array, headers: RequestHeaders, maxBytes: number): Uint8Array => {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  const encoding = headerOf(headers, "content-encoding")?.toLowerCase() ?? "identity";
  if (!["gzip", "x-gzip", "zstd", "identity"].includes(encoding)) {
    throw new ReceiverError(415, `The body is compressed as ${encoding}; only gzip and zstd are understood`);
  }
  // The bytes decide: some frameworks decompress a body and leave its header as it was.
  const decompress = decompressors.find(({ magic }) => magic.every((byte, at) => bytes[at] === byte));
  return decompress === undefined ? bytes : inflate(bytes, maxBytes, decompress);
};

interface Decompressor {
  readonly name: string;
  /** What compressed data begins with; JSON cannot. */
  readonly magic: readonly number[];
  /** Missing where the platform cannot do it: Node can do zstd since 22.15. */
  readonly run: ((bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array) | undefined;
}

const decompressors: readonly Decompressor[] = [
  { name: "gzip", magic: [0x1f, 0x8b], run: zlib.gunzipSync },
  { name: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], run: zlib.zstdDecompressSync },
];

const inflate = (bytes: Uint8Array, maxBytes: number, { name, run }: Decompressor): Uint8Array => {
  if (run === undefined) throw new ReceiverError(415, `This platform cannot decompress ${name}; Node can since 22.15`);
  try {
    return run(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new ReceiverError(400, `The body is not valid ${name}`, { cause: error });
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ReceiverError(400, "The body is not valid JSON", { cause: error });
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const eventsOf = (element: unknown): readonly BatchEvent[] => {
  const msys = isRecord(element) ? element["msys"] : undefined;
  if (!isRecord(element) || !isRecord(msys)) {
    throw new ReceiverError(400, 'The body is not a list of {"msys":{…}} envelopes');
  }
  const { cust } = element;
  return Object.entries(msys).map(([eventClass, data]) => {
    if (!isRecord(data)) throw new ReceiverError(400, `The event of class ${eventClass} is not an object`);
    const type = typeof data["type"] === "string" ? data["type"] : "";
    return { class: eventClass, type, data, ...(isRecord(cust) ? { cust } : {}) } as unknown as BatchEvent;
  });
};
