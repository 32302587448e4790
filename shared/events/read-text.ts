import { maxIngestBytes, maxIngestInflatedBytes } from "#shared/contract/limits.ts";
import { type RequestError, errors } from "#shared/errors.ts";
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
    throw errors.unknownEncoding(`Content-Encoding '${encoding}' is not supported`, "Send gzip, or no encoding.");
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

const invalidBody = (message: string, description: string): RequestError => errors.badBody(message, description);

const tooLarge = (found: string, limit: number): RequestError =>
  errors.largeBody(
    `The request body is larger than ${limit} bytes`,
    `${found}. Send fewer events in a request, or compress them with gzip.`,
  );
