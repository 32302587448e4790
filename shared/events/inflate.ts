import { gunzipSync, zstdDecompressSync } from "node:zlib";

export type Inflation =
  | { readonly kind: "text"; readonly text: Buffer }
  | { readonly kind: "corrupt"; readonly problem: string }
  | { readonly kind: "too_large" };

/** Whether the bytes begin as gzip does (RFC 1952). */
export const isGzip = (data: Buffer): boolean => data[0] === 0x1f && data[1] === 0x8b;

/** Whether the bytes begin as a zstd frame does (RFC 8878). */
const isZstd = (data: Buffer): boolean => data[0] === 0x28 && data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd;

const smallestChunkBytes = 16 * 1_024;
/** Bounds what a length that is a lie makes this allocate. */
const largestChunkBytes = 1_024 * 1_024;

/** One chunk for the whole text, by the length that the data tell: spares allocating and joining many. */
const chunkBytesFor = (toldBytes: number): number =>
  Math.min(Math.max(toldBytes + 64, smallestChunkBytes), largestChunkBytes);

/** The length that gzip's trailer tells. */
const gzipTextBytes = (data: Buffer): number => (data.length < 4 ? 0 : data.readUInt32LE(data.length - 4));

/** The length that a zstd frame's header tells (RFC 8878, 3.1.1.1); 0 when it tells none. */
const zstdTextBytes = (data: Buffer): number => {
  const descriptor = data[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
  const at = 5 + windowBytes + dictionaryIdBytes;
  if (data.length < at + 8) return 0;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? data.readUInt8(at) : 0;
    case 1:
      return data.readUInt16LE(at) + 256;
    case 2:
      return data.readUInt32LE(at);
    default:
      return Number(data.readBigUInt64LE(at));
  }
};

/** All frames of zstd data: Node would read the first, and pass over the others without a word. */
const inflateZstd = (data: Buffer, maxBytes: number): Buffer => {
  const texts: Buffer[] = [];
  let position = 0;
  let bytesLeft = maxBytes;
  while (position < data.length) {
    const frames = data.subarray(position);
    const options = { maxOutputLength: bytesLeft, chunkSize: chunkBytesFor(zstdTextBytes(frames)), info: true };
    const { buffer, engine } = zstdDecompressSync(frames, options) as unknown as ZstdInfo;
    texts.push(buffer);
    position += engine.bytesWritten;
    bytesLeft -= buffer.length;
  }
  return texts.length === 1 && texts[0] !== undefined ? texts[0] : Buffer.concat(texts);
};

/** What `info` makes Node return: `bytesWritten` are those that were read, to the end of a frame. */
interface ZstdInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Decompresses gzip or zstd, told by the first bytes; other data passes unchanged. Bounded by `maxBytes`. */
export const inflate = (data: Buffer, maxBytes: number): Inflation => {
  try {
    if (isGzip(data)) {
      const chunkSize = chunkBytesFor(gzipTextBytes(data));
      return { kind: "text", text: gunzipSync(data, { maxOutputLength: maxBytes, chunkSize }) };
    }
    if (isZstd(data)) return { kind: "text", text: inflateZstd(data, maxBytes) };
    return data.length > maxBytes ? { kind: "too_large" } : { kind: "text", text: data };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "too_large" };
    return { kind: "corrupt", problem: error instanceof Error ? error.message : String(error) };
  }
};
