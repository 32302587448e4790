import { type CompressCallback, gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import type { BodyEncoding } from "#shared/contract/delivery-message.ts";
import {
  maxBatchBytes,
  maxIngestInflatedBytes,
  maxRecordBytes,
  maxWindowInflatedBytes,
} from "#shared/contract/limits.ts";
import { frameAside, type Undecodable } from "#shared/events/decode-record.ts";
import { eventKeyOf } from "#shared/events/catalogue/event-key.ts";
import {
  type Frame,
  type FrameLimits,
  frameOf,
  isFrame,
  joinEvents,
  packFrame,
  readFrames,
  writeFrames,
} from "#shared/events/frames.ts";
import { inflateFrame } from "#shared/events/open-frame.ts";
import type { EventRoute } from "#shared/events/span.ts";
import { readRecordHeader } from "#shared/events/record-header.ts";
import { zstdOptionsFor } from "#shared/events/zstd.ts";
import type { Rewrite } from "#shared/webhooks/content.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import { type Batch, batchBody, chunkBySize } from "./batch.ts";
import { type BatchEvent, type BatchItem, measure } from "./cut.ts";

/** A batch's body as it is stored. */
export interface EncodedBody {
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
}

/** The fastest: bodies shrink to a tenth at any. */
const gzipLevel = 1;

/** One chunk for a body that shrinks to a tenth spares turns between the threads. */
const gzipChunkBytes = ({ length }: Buffer): number => Math.min(Math.max(length >> 2, 16 * 1_024), 1_024 * 1_024);

/** Encodings of a body as a whole. */
type WholeEncoding = Exclude<BodyEncoding, "frames">;

const encoders: Readonly<Record<WholeEncoding, (body: Buffer, done: CompressCallback) => void>> = {
  gzip: (body, done) => gzip(body, { level: gzipLevel, chunkSize: gzipChunkBytes(body) }, done),
  zstd: (body, done) => zstdCompress(body, zstdOptionsFor(body), done),
};

const decoders: Readonly<Record<WholeEncoding, (bytes: Buffer, chunkSize: number, done: CompressCallback) => void>> = {
  gzip: (bytes, chunkSize, done) => gunzip(bytes, { chunkSize }, done),
  zstd: (bytes, chunkSize, done) => zstdDecompress(bytes, { chunkSize }, done),
};

const promised = async (run: (done: CompressCallback) => void): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  run((error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  return await promise;
};

/** How the bodies of batches with these settings are stored: as they are sent, or else in what costs least. */
export const bodyEncodingOf = ({ compression }: Pick<DeliverySettings, "compression">): WholeEncoding =>
  compression ?? "zstd";

/** Compresses a batch's body. */
export const encodeBody = async (body: Buffer, encoding: WholeEncoding): Promise<EncodedBody> => ({
  encoding,
  bytes: await promised((done) => encoders[encoding](body, done)),
});

/** A body, and what of it could not be read. */
export interface DecodedBody {
  readonly body: Buffer;
  /** Frames that are other than the body's table says; the body is without their events. */
  readonly damaged: readonly Undecodable[];
}

/**
 * The body itself.
 *
 * @param bytes its length: one chunk for all of it spares joining many. A length that is wrong does no harm.
 */
export const decodeBody = async ({ encoding, bytes: encoded }: EncodedBody, bytes: number): Promise<DecodedBody> => {
  if (encoding === "frames") return decodeFrames(encoded);
  const chunkSize = Math.min(bytes, maxBatchBytes) + 64;
  return { body: await promised((done) => decoders[encoding](encoded, chunkSize, done)), damaged: [] };
};

/** What `batch` writes: as much as a window holds. */
const bodyLimits: FrameLimits = {
  frameBytes: maxIngestInflatedBytes,
  events: Number.POSITIVE_INFINITY,
  tableBytes: maxWindowInflatedBytes,
};

/** The frames of a body. */
export const framesOf = (encoded: Buffer): { readonly customerId: string; readonly frames: readonly Frame[] } => {
  const header = readRecordHeader(encoded);
  if (header.kind !== "frames") throw new Error("A body of frames has another header");
  const reading = readFrames(header, bodyLimits);
  if (reading.kind === "damaged") throw new Error(`A body of frames is corrupt: ${reading.problem}`);
  return { customerId: header.customerId, frames: reading.frames };
};

const decodeFrames = (encoded: Buffer): DecodedBody => {
  const { customerId, frames } = framesOf(encoded);
  return arrayOf(customerId, frames);
};

/** The JSON array of a batch's events, none of which is compressed for it. */
export const arrayOf = (customerId: string, items: readonly BatchItem[]): DecodedBody => {
  const body = Buffer.allocUnsafe(Math.max(measure(items).bytes, emptyArrayBytes));
  const damaged: Undecodable[] = [];
  let at = 1;
  const put = (text: Buffer): void => {
    at += text.copy(body, at);
    body[at] = comma;
    at += 1;
  };
  for (const run of runsOf(items)) {
    if (!isFrame(run)) {
      put(joinEvents(run));
      continue;
    }
    const inflated = inflateFrame(run);
    if (inflated.kind === "text") put(inflated.text);
    else damaged.push(frameAside({ ...run, customerId }, inflated.problem));
  }
  const end = Math.max(at, emptyArrayBytes);
  body[0] = openBracket;
  body[end - 1] = closeBracket;
  return { body: body.subarray(0, end), damaged };
};

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
/** Length of a body without events. */
export const emptyArrayBytes = 2;

/** A body as it is stored, and its own length. */
interface MeasuredBody {
  readonly encoded: EncodedBody;
  readonly bytes: number;
}

/** The body of a batch: frames go into it as they are, so that nothing of them is decompressed or compressed. */
export const bodyOf = async ({
  items,
  subscription,
  rewrite = asIs,
}: Pick<Batch, "items" | "rewrite"> & {
  readonly subscription: Pick<Subscription, "customerId" | "maskedSettings">;
}): Promise<MeasuredBody> => {
  if (!items.some(isFrame)) {
    const body = batchBody(items.filter((item): item is BatchEvent => !isFrame(item)).map((event) => rewrite(event)));
    return { encoded: await encodeBody(body, bodyEncodingOf(subscription.maskedSettings)), bytes: body.length };
  }
  const frames = toFrames(items, frameOf).map(({ events, bytes, data }) => ({ events, bytes, data, routes: [] }));
  const { bytes } = measure(frames);
  return { encoded: { encoding: "frames", bytes: writeFrames(subscription.customerId, frames) }, bytes };
};

const asIs: Rewrite = (event) => event;

/**
 * The body of a chain. Its frames say the types of their events, and nothing else of them, so that batches that are cut from
 * it can be counted by type.
 */
export const chainBodyOf = (customerId: string, items: readonly BatchItem[], rewrite: Rewrite = asIs): EncodedBody => {
  // Frame by frame: all events of a window at once may be many times as long when they have been written anew.
  const pack = (events: readonly BatchEvent[]): Frame =>
    packFrame(events.map((event) => ({ ...rewrite(event), ...typeAlone(event) })));
  const frames = toFrames(items, pack).map(({ routes, ...frame }) => ({ ...frame, routes: routes.map(typeAlone) }));
  return { encoding: "frames", bytes: writeFrames(customerId, frames) };
};

/** Few texts, whatever producers send. */
const typeAlone = ({ type }: Pick<EventRoute, "type">): EventRoute => ({
  type: eventKeyOf(type) ?? "other",
  subaccountId: undefined,
});

/** Frames as they are, and the events between them as frames. */
const toFrames = (items: readonly BatchItem[], pack: (events: readonly BatchEvent[]) => Frame): readonly Frame[] =>
  runsOf(items).flatMap((run) => {
    if (isFrame(run)) return [run];
    const limits = { maxItems: run.length, maxBytes: maxRecordBytes, bytesOf: eventBytes };
    return chunkBySize(run, limits).map(pack);
  });

/** Frames, and the events between them, in order. */
const runsOf = (items: readonly BatchItem[]): readonly (Frame | BatchEvent[])[] => {
  const runs: (Frame | BatchEvent[])[] = [];
  let events: BatchEvent[] = [];
  for (const item of items) {
    if (isFrame(item)) {
      runs.push(item);
      events = [];
      continue;
    }
    if (events.length === 0) runs.push(events);
    events.push(item);
  }
  return runs;
};

const eventBytes = ({ start, end }: BatchEvent): number => end - start + 1;

/** What a POST carries. */
export interface BodyToSend extends Pick<DecodedBody, "damaged"> {
  /** The bytes that are sent. */
  readonly sent: Buffer;
  /** The JSON, for signatures; absent where nothing is signed and the stored bytes go out as they are. */
  readonly json?: Buffer;
}

/**
 * A body as it is sent: what is stored is the same body, whether its target decompresses it or this function.
 *
 * @param body as it is stored, or as it has just been made
 */
export const bodyToSend = async (
  body: EncodedBody | DecodedBody,
  bytes: number,
  { compression, signing }: Pick<DeliverySettings, "compression" | "signing">,
): Promise<BodyToSend> => {
  const asSent = isEncoded(body) && body.encoding === compression ? body.bytes : undefined;
  if (asSent !== undefined && signing === undefined) return { sent: asSent, damaged: [] };
  const { body: json, damaged } = isEncoded(body) ? await decodeBody(body, bytes) : body;
  if (compression === undefined) return { sent: json, json, damaged };
  return { sent: asSent ?? (await encodeBody(json, compression)).bytes, json, damaged };
};

const isEncoded = (body: EncodedBody | DecodedBody): body is EncodedBody => "encoding" in body;
