import type { Socket } from "node:net";

const protocol = Buffer.from("HTTP/1.");
const headEnd = Buffer.from("\r\n\r\n");
/** Longest head that is looked into; what is longer goes on as it is. */
const maxHeadBytes = 16 * 1_024;

/**
 * Makes heads of answers readable for undici, which drops a connection on two that a client has to accept:
 *
 * - `100 Continue`, which some servers send to every POST, also behind another interim answer. It is left out, as any 1xx may
 *   be passed over: https://www.rfc-editor.org/rfc/rfc9110#section-15.2.
 * - A header that is folded over several lines. Line ends before blanks become blanks:
 *   https://www.rfc-editor.org/rfc/rfc9112#section-5.2.
 *
 * Only what is read between a request and the end of its final answer's head is looked at, never a body.
 */
export const readableHeads = (socket: Socket): void => {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  const write = socket.write.bind<Socket["write"]>(socket);
  let held: Buffer | undefined;
  let awaitsHead = true;
  socket.write = ((...args: Parameters<Socket["write"]>) => {
    awaitsHead = true;
    return write(...args);
  }) as Socket["write"];
  socket.read = (size?: number): Buffer | null => {
    const fresh = read(size);
    if (fresh === null || !awaitsHead) return fresh;
    const { ready, rest, isFinal } = readHeads(held === undefined ? fresh : Buffer.concat([held, fresh]));
    held = rest;
    awaitsHead = !isFinal;
    return ready.length === 0 ? null : ready;
  };
};

interface Heads {
  /** What undici may read. */
  readonly ready: Buffer;
  /** A head whose end is still to come. */
  readonly rest: Buffer | undefined;
  /** Whether no other head follows: that of the final answer has been seen, or something that is none. */
  readonly isFinal: boolean;
}

const readHeads = (bytes: Buffer): Heads => {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    // Fewer bytes than that may be its beginning.
    const start = bytes.subarray(at, at + protocol.length);
    const isHead = start.equals(protocol.subarray(0, start.length));
    const end = isHead ? bytes.indexOf(headEnd, at) : -1;
    if (isHead && end === -1 && bytes.length - at < maxHeadBytes) {
      return { ready: Buffer.concat(parts), rest: bytes.subarray(at), isFinal: false };
    }
    if (end === -1 || end - at > maxHeadBytes) {
      return { ready: Buffer.concat([...parts, bytes.subarray(at)]), rest: undefined, isFinal: true };
    }
    const next = end + headEnd.length;
    const head = bytes.toString("latin1", at, next);
    if (!/^HTTP\/1\.\d 1\d\d(?: |\r\n)/.test(head)) {
      parts.push(unfolded(head), bytes.subarray(next));
      return { ready: Buffer.concat(parts), rest: undefined, isFinal: true };
    }
    if (!/^HTTP\/1\.\d 100/.test(head)) parts.push(unfolded(head));
    at = next;
  }
  return { ready: Buffer.concat(parts), rest: undefined, isFinal: false };
};

/** A blank before the first header folds nothing: the status line is no header. */
const unfolded = (head: string): Buffer => Buffer.from(head.replaceAll(/(?<=\r\n[^\r\n]+)\r\n[ \t]+/g, " "), "latin1");
