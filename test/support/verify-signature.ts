import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** What a receiver checks with. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it arrived, compressed or not. */
  readonly body: Uint8Array;
}

/**
 * Whether one of a request's signatures is that of a secret, by the rules of Standard Webhooks and with Web Crypto, over the
 * body before compression. The npm package `standardwebhooks` reads a body as text, whatever it is.
 */
export const isSignedWith = async (secret: string, { headers, body }: SignedRequest): Promise<boolean> => {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const start = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.`;
  const json = decompressed({ headers, body });
  const signed = Buffer.concat([Buffer.from(start), json]);
  const signatures = String(headers["webhook-signature"]).split(" ");
  const checks = signatures.map(async (signature) => {
    const [version, digest = ""] = signature.split(",");
    return version === "v1" && (await crypto.subtle.verify("HMAC", key, Buffer.from(digest, "base64"), signed));
  });
  return (await Promise.all(checks)).includes(true);
};

/** The JSON of a request's body. */
export const decompressed = ({ headers, body }: SignedRequest): Uint8Array => {
  const encoding = headers["content-encoding"];
  if (encoding === "gzip") return gunzipSync(body);
  return encoding === "zstd" ? zstdDecompressSync(body) : body;
};
