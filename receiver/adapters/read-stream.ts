import type { IncomingMessage } from "node:http";
import { tooLarge } from "../parse-batch.ts";
import { ReceiverError } from "../receiver-error.ts";

/** Reads a request's body up to a number of bytes; what is more goes past unread. */
export const readStream = (request: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off("data", onData).resume();
      reject(tooLarge(maxBytes));
    };
    request.on("data", onData);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    // A sender that goes away during the upload.
    request.once("error", (cause) => reject(new ReceiverError(400, "The body did not arrive whole", { cause })));
  });
