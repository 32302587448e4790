import { type ZstdOptions, constants, zstdCompressSync } from "node:zlib";

/** The head of a zstd frame (RFC 8878, 3.1.1.1). */
interface FrameHead {
  /** Length of what the frame holds; undefined when the frame does not tell. */
  readonly contentBytes: number | undefined;
  /** Length of the head itself: the first block follows. */
  readonly bytes: number;
  readonly hasChecksum: boolean;
}

const magic = Buffer.from("28b52ffd", "hex");
/** Its last four bits are free. */
const skippableMagic = 0x184d2a50;
const dictionaryIdBytes = [0, 1, 2, 4];
const contentSizeBytes = [0, 2, 4, 8];
const blockHeadBytes = 3;
const checksumBytes = 4;

const beginsFrame = (data: Buffer): boolean => data.subarray(0, magic.length).equals(magic);

/** Whether the bytes begin as zstd data do: with a frame, or with one that readers skip (RFC 8878, 3.1.2). */
export const isZstd = (data: Buffer): boolean =>
  beginsFrame(data) || (data.length >= 4 && (data.readUInt32LE(0) & 0xfffffff0) >>> 0 === skippableMagic);

/** Reads the head of the frame that the data begin with; undefined when they begin with none. */
export const readFrameHead = (data: Buffer): FrameHead | undefined => {
  const descriptor = data[magic.length];
  if (descriptor === undefined || !beginsFrame(data)) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : (contentSizeBytes[sizeFlag] ?? 0);
  const at = magic.length + 1 + (isSingleSegment ? 0 : 1) + (dictionaryIdBytes[descriptor & 0x03] ?? 0);
  const bytes = at + sizeBytes;
  if (data.length < bytes) return undefined;
  return { contentBytes: readContentSize(data, at, sizeBytes), bytes, hasChecksum: (descriptor & 0x04) !== 0 };
};

const readContentSize = (data: Buffer, at: number, bytes: number): number | undefined => {
  switch (bytes) {
    case 0:
      return undefined;
    case 1:
      return data.readUInt8(at);
    case 2:
      return data.readUInt16LE(at) + 256;
    case 4:
      return data.readUInt32LE(at);
    default:
      return Number(data.readBigUInt64LE(at));
  }
};

/** The length of the frame that the data begin with, by its blocks' heads; undefined when it does not end in the data. */
export const frameLength = (data: Buffer): number | undefined => {
  const head = readFrameHead(data);
  if (head === undefined) return undefined;
  let at = head.bytes;
  for (;;) {
    if (data.length < at + blockHeadBytes) return undefined;
    const block = data.readUIntLE(at, blockHeadBytes);
    const kind = (block >> 1) & 0x03;
    if (kind === 3) return undefined;
    // A block that repeats one byte has only this one, whatever its size.
    at += blockHeadBytes + (kind === 1 ? 1 : block >> 3);
    if ((block & 1) === 1) break;
  }
  const length = at + (head.hasChecksum ? checksumBytes : 0);
  return length <= data.length ? length : undefined;
};

/** The fastest level that is not a trade of size for speed, and a checksum, which zstd leaves out unless it is asked for. */
const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };

/** Most bytes that zstd makes of so many, generously. */
const boundOf = (bytes: number): number => bytes + (bytes >> 8) + 1_024;

/**
 * How data of known length are compressed. A chunk that holds whatever comes of them lets zstd write there directly,
 * and the length in the frame does the same for who decompresses it.
 */
export const zstdOptionsFor = ({ length }: Uint8Array): ZstdOptions => ({
  params,
  pledgedSrcSize: length,
  chunkSize: boundOf(length),
});

/** Compresses to one zstd frame that tells the length of what it holds. */
export const compress = (text: Buffer): Buffer => zstdCompressSync(text, zstdOptionsFor(text));
