import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { isZstd, readFrameHead } from "./zstd.ts";

export type Inflation =
  | { readonly kind: "text"; readonly text: Buffer }
  | { readonly kind: "corrupt"; readonly problem: string }
  | { readonly kind: "too_large" };

/** Whether the bytes begin as gzip does (RFC 1952). */
export const isGzip = (data: Buffer): boolean => data[0] === 0x1f && data[1] === 0x8b;

const smallestChunkBytes = 16 * 1_024;
/** Bounds what a length that is a lie makes this allocate. */
const largestChunkBytes = 1_024 * 1_024;

/** One chunk for the whole text, by the length that the data tell: spares allocating and joining many. */
const chunkBytesFor = (toldBytes: number): number =>
  Math.min(Math.max(toldBytes + 64, smallestChunkBytes), largestChunkBytes);

/** The length that gzip's trailer tells. */
const gzipTextBytes = (data: Buffer): number => (data.length < 4 ? 0 : data.readUInt32LE(data.length - 4));

/** All frames of zstd data: Node would read the first, and pass over the others without a word. */
const inflateZstd = (data: Buffer, maxBytes: number): Buffer => {
  const texts: Buffer[] = [];
  let position = 0;
  let bytesLeft = maxBytes;
  while (position < data.length) {
    const frames = data.subarray(position);
    const options = {
      maxOutputLength: bytesLeft,
      chunkSize: chunkBytesFor(readFrameHead(frames)?.contentBytes ?? 0),
      info: true,
    };
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
