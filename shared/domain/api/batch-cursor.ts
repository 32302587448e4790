import * as z from "zod";
import type { BatchPosition } from "../batch-record.ts";
import { RequestError } from "../errors.ts";

const separator = "#";
const parts = z.tuple([z.uuid(), z.iso.datetime({ precision: 3 }), z.uuid()]);

/** A place in a webhook's list of batches as opaque text. */
export const encodeCursor = (webhookId: string, { createdAt, batchId }: BatchPosition): string =>
  Buffer.from([webhookId, createdAt, batchId].join(separator)).toString("base64url");

/** Reads a cursor; refuses what `encodeCursor` cannot have made for this webhook. */
export const decodeCursor = (webhookId: string, cursor: string): BatchPosition => {
  const text = Buffer.from(cursor, "base64url");
  const parsed = parts.safeParse(text.toString("utf8").split(separator));
  // Decoding skips what is not base64url, so that many texts would stand for one place.
  if (parsed.success && parsed.data[0] === webhookId && text.toString("base64url") === cursor) {
    return { createdAt: parsed.data[1], batchId: parsed.data[2] };
  }
  throw new RequestError(400, {
    message: "'cursor' is not a cursor of this list",
    description: `Sent: ${JSON.stringify(cursor.slice(0, 80))}. Accepted: 'next_cursor' of this webhook's batches.`,
    code: "1200",
  });
};
