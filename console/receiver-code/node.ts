import {
  batchIdHeader,
  doubleQuoted,
  maxReceiverMegabytes,
  program,
  receiverPlace,
  type ReceiverSettings,
  secretVariables,
} from "./receiver-settings.ts";

/** A receiver in JavaScript for Node. */
export const nodeReceiver = (settings: ReceiverSettings): string => {
  const { hasToken, isSigned, isCompressed } = settings;
  const { path, port } = receiverPlace(settings.target);
  const crypto = [
    hasToken && "createHash",
    isSigned && "createHmac",
    "randomUUID",
    (hasToken || isSigned) && "timingSafeEqual",
  ].filter((name) => name !== false);
  return program(
    String.raw`// Takes batches of events from Tidepost. Needs Node 22 or later:
//   ${secretVariables(settings)}node receiver.mjs
import { ${crypto.join(", ")} } from "node:crypto";
import { link, mkdir, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";`,
    isCompressed && `import { gunzipSync } from "node:zlib";`,
    `
const port = Number(process.env.PORT ?? ${port});
const path = ${doubleQuoted(path)};
const maxBytes = ${maxReceiverMegabytes} * 1024 * 1024;`,
    hasToken && `const token = required("WEBHOOK_TOKEN");`,
    isSigned && `const secret = required("WEBHOOK_SECRET");`,
    String.raw`
/** Your work on a batch. It runs after the answer. */
async function processBatch(batchId, events) {
  console.log(batchId + ": " + events.length + " events");
}

/** Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer. */
async function store(batchId, json) {
  const part = "inbox/" + randomUUID() + ".part";
  await writeFile(part, json, { flush: true });
  try {
    await link(part, "inbox/" + batchId + ".json");
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(part);
  }
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}

function readEvents(json) {
  try {
    return JSON.parse(json).filter(({ msys }) => Object.keys(msys).length > 0);
  } catch {
    return undefined;
  }
}`,
    isCompressed &&
      String.raw`
function inflate(raw, encoding) {
  try {
    return encoding === "gzip" ? gunzipSync(raw, { maxOutputLength: maxBytes }) : raw;
  } catch {
    return undefined;
  }
}`,
    (hasToken || isSigned) &&
      String.raw`
function required(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(name + " is not set");
  process.exit(1);
}`,
    hasToken &&
      String.raw`
/** Compares in a time that does not tell how much of the token was right. */
function isToken(sent = "") {
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(sent), digest(token));
}`,
    isSigned &&
      String.raw`
/** Verifies a signature of Standard Webhooks over the bytes as they arrived. */
function isSigned(headers, raw) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const hmac = createHmac("sha256", key).update(headers["webhook-id"] + "." + timestamp + ".").update(raw);
  const expected = Buffer.from("v1," + hmac.digest("base64"));
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const sent = Buffer.from(signature);
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  });
}`,
    String.raw`
async function receive(request, answer) {
  if (request.method !== "POST" || request.url.split("?")[0] !== path) return answer(404, "not found");`,
    hasToken &&
      String.raw`  if (!isToken(request.headers["x-messagesystems-webhook-token"])) return answer(401, "wrong token");`,
    String.raw`  const raw = await readBody(request);
  if (raw === undefined) return answer(413, "too large");`,
    isCompressed
      ? String.raw`  const json = inflate(raw, request.headers["content-encoding"]);`
      : String.raw`  const json = raw;`,
    String.raw`  const events = readEvents(json);
  if (events === undefined) return answer(400, "not a batch");
  // The test POST of a new webhook.
  if (events.length === 0) return answer(200, "ping");`,
    isSigned && String.raw`  if (!isSigned(request.headers, raw)) return answer(401, "wrong signature");`,
    String.raw`  const batchId = request.headers["${batchIdHeader(settings)}"] ?? "";
  if (!/^[\w-]{1,64}$/.test(batchId)) return answer(400, "no batch id");
  if (!(await store(batchId, json))) return answer(200, "duplicate");
  answer(200, "stored");
  await processBatch(batchId, events);
}

await mkdir("inbox", { recursive: true });
createServer((request, response) => {
  const answer = (status, text) => void response.writeHead(status).end(text);
  receive(request, answer).catch((error) => {
    console.error(error);
    if (!response.headersSent) answer(500, "failed");
  });
}).listen(port);`,
  );
};
