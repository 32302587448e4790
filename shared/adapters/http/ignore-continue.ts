import type { Socket } from "node:net";

const statusLine = Buffer.from("HTTP/1.1 100");
const headEnd = Buffer.from("\r\n\r\n");
const maxHeadBytes = 4_096;

/**
 * Hides `100 Continue` heads from undici, which drops the connection on one that it did not ask for. Some servers send
 * it to every POST, and a client must be able to pass over any 1xx: https://www.rfc-editor.org/rfc/rfc9110#section-15.2.
 * Only the start of a read can be one, since servers send it by itself.
 */
export const ignoreContinue = (socket: Socket): void => {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  let held: Buffer | undefined;
  socket.read = (size?: number): Buffer | null => {
    let chunk = read(size);
    if (chunk === null) return null;
    if (held !== undefined) chunk = Buffer.concat([held, chunk]);
    held = undefined;
    while (chunk.length >= statusLine.length && statusLine.compare(chunk, 0, statusLine.length) === 0) {
      const end = chunk.indexOf(headEnd);
      if (end === -1 && chunk.length < maxHeadBytes) {
        held = chunk;
        return null;
      }
      if (end === -1) break;
      chunk = chunk.subarray(end + headEnd.length);
    }
    return chunk.length === 0 ? null : chunk;
  };
};
