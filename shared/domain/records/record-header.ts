import * as z from "zod";

/**
 * First line of the records that the ingest API writes. Routing believes its customer, which comes from the API key,
 * and ignores what the events say about themselves. Producers that write to the stream directly need no header.
 */
const recordHeader = z.object({ tidepost: z.literal(1), customer_id: z.string().min(1) });

const prefix = Buffer.from('{"tidepost":');

export type HeaderReading =
  | { readonly kind: "none" }
  | { readonly kind: "header"; readonly customerId: string; readonly rest: Buffer }
  | { readonly kind: "unknown" };

/** Writes the header line, newline included. */
export const writeRecordHeader = (customerId: string): Buffer =>
  Buffer.from(`${JSON.stringify({ tidepost: 1, customer_id: customerId })}\n`);

/** Reads the header line, if the text begins with one. A version that this code does not know is `unknown`. */
export const readRecordHeader = (text: Buffer): HeaderReading => {
  if (!text.subarray(0, prefix.length).equals(prefix)) return { kind: "none" };
  const end = text.indexOf(0x0a);
  if (end === -1) return { kind: "unknown" };
  const header = recordHeader.safeParse(parseJson(text.subarray(0, end)));
  if (!header.success) return { kind: "unknown" };
  return { kind: "header", customerId: header.data.customer_id, rest: text.subarray(end + 1) };
};

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
};
