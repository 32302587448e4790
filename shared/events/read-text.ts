import { maxIngestBytes, maxIngestInflatedBytes } from "#shared/contract/limits.ts";
import { RequestError } from "#shared/errors.ts";
import { inflate, isGzip } from "./inflate.ts";

/**
 * The text of an ingest request, decompressed. gzip is told by the body's first bytes, so that a missing header does no
 * harm; a declared encoding must be true.
 */
export const readText = (
  body: Buffer,
  contentEncoding: string | undefined,
  maxInflatedBytes = maxIngestInflatedBytes,
): Buffer => {
  const encoding = contentEncoding?.trim().toLowerCase() ?? "";
  if (!["", "identity", "gzip", "x-gzip"].includes(encoding)) {
    throw new RequestError(415, {
      message: `Content-Encoding '${encoding}' is not supported`,
      description: "Send gzip, or no encoding.",
      code: "1700",
    });
  }
  if (body.length === 0) throw invalidBody("The request body is empty", "Send at least one event.");
  if (body.length > maxIngestBytes) throw tooLarge(`${body.length} bytes were sent`, maxIngestBytes);
  if (encoding.endsWith("gzip") && !isGzip(body)) {
    throw invalidBody(
      "The request body is not gzip",
      "Content-Encoding says gzip, the body does not begin as gzip does.",
    );
  }
  const inflated = isGzip(body) ? inflate(body, maxInflatedBytes) : ({ kind: "text", text: body } as const);
  switch (inflated.kind) {
    case "text":
      return inflated.text;
    case "corrupt":
      throw invalidBody("The request body could not be decompressed", inflated.problem);
    case "too_large":
      throw tooLarge("The body is larger than that after decompression", maxInflatedBytes);
  }
};

const invalidBody = (message: string, description: string): RequestError =>
  new RequestError(400, { message, description, code: "1200" });

const tooLarge = (found: string, limit: number): RequestError =>
  new RequestError(413, {
    message: `The request body is larger than ${limit} bytes`,
    description: `${found}. Send fewer events in a request, or compress them with gzip.`,
    code: "1300",
  });
