import { constants, type ZstdOptions } from "node:zlib";

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
