import { createHmac, timingSafeEqual } from "node:crypto";
import { headerOf, type RequestHeaders, testBatchId } from "./headers.ts";
import { listOf, type OneOrMore } from "./one-or-more.ts";
import { defaultMaxBytes, jsonBytesOf } from "./parse-batch.ts";

export interface SignatureOptions {
  /** How far the signature's time may be from now, either way. @default 300 */
  readonly toleranceSeconds?: number | undefined;
  /** Unix milliseconds. @default the clock */
  readonly now?: number | undefined;
  /** Largest body in bytes, before and after decompression. @default 16 MiB */
  readonly maxBytes?: number | undefined;
}

const defaultToleranceSeconds = 300;
const prefix = "whsec_";
/** How the signed ids of test POSTs begin; those of batches never do. */
const testIdStart = "test_";

/**
 * Whether a request is signed with the webhook's secret, by the rules of Standard Webhooks. While a secret is being
 * replaced, give both: `[old, new]`.
 *
 * The signature covers the JSON before compression. A body is taken as it arrived, or as the framework has decompressed it;
 * one that was parsed and written again has other bytes.
 *
 * @throws {TypeError} when a secret is empty or not of the form `whsec_…`
 */
export const verifySignature = (
  rawBody: Uint8Array | string,
  headers: RequestHeaders,
  secret: OneOrMore,
  options: SignatureOptions = {},
): boolean => {
  const bytes = typeof rawBody === "string" ? Buffer.from(rawBody) : rawBody;
  const json = readableJson(bytes, headers, options.maxBytes ?? defaultMaxBytes);
  return signatureFault(json ?? bytes, headers, secret, options) === undefined && json !== undefined;
};

/** The JSON of a body, or undefined when there is none. */
const readableJson = (bytes: Uint8Array, headers: RequestHeaders, maxBytes: number): Uint8Array | undefined => {
  try {
    return jsonBytesOf(bytes, headers, maxBytes);
  } catch {
    return undefined;
  }
};

/**
 * What is wrong with a request's signature, or undefined.
 *
 * @param json the body before compression
 */
export const signatureFault = (
  json: Uint8Array,
  headers: RequestHeaders,
  secret: OneOrMore,
  { toleranceSeconds = defaultToleranceSeconds, now = Date.now() }: SignatureOptions = {},
): string | undefined => {
  const keys = keysOf(secret);
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (id === undefined || timestamp === undefined || signatures === undefined) return "There is no signature";
  // The batch id that duplicates are told by must be the one that is signed. Test POSTs share one, and are signed by others.
  const batchId = headerOf(headers, "x-messagesystems-batch-id") ?? id;
  const isTest = batchId === testBatchId && id.startsWith(testIdStart);
  if (batchId !== id && !isTest) return "The signature is of another batch id";
  if (!/^\d{1,12}$/.test(timestamp)) return "The signature's time is not a number";
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) {
    return `The signature's time is more than ${toleranceSeconds} s from the receiver's clock`;
  }
  const sent = signatures.split(" ").flatMap((signature) => {
    const [version, digest = ""] = signature.split(",");
    return version === "v1" ? [Buffer.from(digest, "base64")] : [];
  });
  const expected = keys.map((key) => createHmac("sha256", key).update(`${id}.${timestamp}.`).update(json).digest());
  const matches = expected.flatMap((digest) => sent.map((other) => isSame(digest, other)));
  return matches.includes(true) ? undefined : "The signature does not match";
};

/**
 * The keys that secrets stand for.
 *
 * @throws {TypeError} when a secret is empty or not of the form `whsec_…`
 */
export const keysOf = (secret: OneOrMore): readonly Buffer[] => listOf(secret, "signing secret").map(keyOf);

const keyOf = (secret: string): Buffer => {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : "";
  const key = Buffer.from(text, "base64");
  // Buffer leaves out what is not base64, so that a damaged secret would become another one, or none.
  if (key.length > 0 && key.toString("base64") === text) return key;
  throw new TypeError(`The signing secret must be ${prefix} and base64, as the API shows it once`);
};

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);
