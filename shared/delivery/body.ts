import { type CompressCallback, gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import type { BodyEncoding } from "#shared/contract/delivery-message.ts";
import { maxBatchBytes } from "#shared/contract/limits.ts";
import { zstdOptionsFor } from "#shared/events/zstd.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";

/** A batch's body as it is stored. */
export interface EncodedBody {
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
}

/** The fastest: bodies shrink to a tenth at any. */
const gzipLevel = 1;

/** One chunk for a body that shrinks to a tenth spares turns between the threads. */
const gzipChunkBytes = ({ length }: Buffer): number => Math.min(Math.max(length >> 2, 16 * 1_024), 1_024 * 1_024);

const encoders: Readonly<Record<BodyEncoding, (body: Buffer, done: CompressCallback) => void>> = {
  gzip: (body, done) => gzip(body, { level: gzipLevel, chunkSize: gzipChunkBytes(body) }, done),
  zstd: (body, done) => zstdCompress(body, zstdOptionsFor(body), done),
};

const decoders: Readonly<Record<BodyEncoding, (bytes: Buffer, chunkSize: number, done: CompressCallback) => void>> = {
  gzip: (bytes, chunkSize, done) => gunzip(bytes, { chunkSize }, done),
  zstd: (bytes, chunkSize, done) => zstdDecompress(bytes, { chunkSize }, done),
};

const promised = async (run: (done: CompressCallback) => void): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  run((error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  return await promise;
};

/** How the bodies of batches with these settings are stored: as they are sent, or else in what costs least. */
export const bodyEncodingOf = ({ compression }: Pick<DeliverySettings, "compression">): BodyEncoding =>
  compression ?? "zstd";

/** Compresses a batch's body. */
export const encodeBody = async (body: Buffer, encoding: BodyEncoding): Promise<EncodedBody> => ({
  encoding,
  bytes: await promised((done) => encoders[encoding](body, done)),
});

/**
 * The body itself.
 *
 * @param bytes its length: one chunk for all of it spares joining many. A length that is wrong does no harm.
 */
export const decodeBody = async (body: EncodedBody, bytes: number): Promise<Buffer> =>
  await promised((done) => decoders[body.encoding](body.bytes, Math.min(bytes, maxBatchBytes) + 64, done));

/** The bytes that are sent: what is stored is the same body, whether its target decompresses it or this function. */
export const bodyToSend = async (
  stored: EncodedBody,
  bytes: number,
  { compression }: Pick<DeliverySettings, "compression">,
): Promise<Buffer> => {
  if (stored.encoding === compression) return stored.bytes;
  const body = await decodeBody(stored, bytes);
  return compression === undefined ? body : (await encodeBody(body, compression)).bytes;
};
