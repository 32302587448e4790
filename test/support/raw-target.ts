import { once } from "node:events";
import { createServer, type Socket } from "node:net";

const headEnd = "\r\n\r\n";
const ok = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");

/** A target that answers bytes as a test has them, whether or not they are HTTP, and closes the connection. */
export const startRawTarget = async () => {
  const answers = new Map<string, Buffer>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let text = "";
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.setEncoding("latin1");
    socket.on("data", (part: string) => {
      text += part;
      const end = text.indexOf(headEnd);
      const length = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + headEnd.length + length) return;
      const path = /^\S+ (\S+)/.exec(text)?.[1] ?? "";
      socket.end(answers.get(path) ?? ok);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the target has no port");
  return {
    /** Without a slash at its end. */
    url: `http://127.0.0.1:${address.port}`,
    /** Sets what a path answers; any other path answers 200. */
    answer: (path: string, bytes: Buffer): void => void answers.set(path, bytes),
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};

export type RawTarget = Awaited<ReturnType<typeof startRawTarget>>;
