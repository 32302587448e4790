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
/** Bounds what a trailer that lies makes this allocate. */
const largestChunkBytes = 1_024 * 1_024;

/** One chunk for the whole text, by the length that gzip's trailer tells: spares allocating and joining many. */
const gunzipChunkBytes = (data: Buffer): number => {
  const told = data.length < 4 ? 0 : data.readUInt32LE(data.length - 4);
  return Math.min(Math.max(told + 64, smallestChunkBytes), largestChunkBytes);
};

/** Decompresses gzip or zstd, told by the first bytes; other data passes unchanged. Bounded by `maxBytes`. */
export const inflate = (data: Buffer, maxBytes: number): Inflation => {
  try {
    if (isGzip(data)) {
      const text = gunzipSync(data, { maxOutputLength: maxBytes, chunkSize: gunzipChunkBytes(data) });
      return { kind: "text", text };
    }
    if (isZstd(data)) return { kind: "text", text: zstdDecompressSync(data, { maxOutputLength: maxBytes }) };
    return data.length > maxBytes ? { kind: "too_large" } : { kind: "text", text: data };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "too_large" };
    return { kind: "corrupt", problem: error instanceof Error ? error.message : String(error) };
  }
};
