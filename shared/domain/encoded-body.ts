import { gzip } from "node:zlib";

/** The fastest level: bodies shrink to a tenth at any. */
const level = 1;

/** One chunk for a body that shrinks to a tenth spares turns between the threads. */
const chunkSizeOf = ({ length }: Buffer): number => Math.min(Math.max(length >> 2, 16 * 1_024), 1_024 * 1_024);

/** A batch's body in gzip, as it is stored and, to targets that take it, sent. */
export const compressBody = async (body: Buffer): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  gzip(body, { level, chunkSize: chunkSizeOf(body) }, (error, compressed) => {
    if (error === null) resolve(compressed);
    else reject(error);
  });
  return await promise;
};
