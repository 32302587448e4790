// Takes batches of events from Tidepost. Needs Node 22 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… node receiver.mjs
import crypto from "node:crypto";
import { link, mkdir, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
// #if compressed
import { gunzipSync } from "node:zlib";
// #endif

const port = Number(process.env.PORT ?? 8080);
const path = "/path-of-target";
const maxBytes = 16 * 1024 * 1024;
// #if token
const token = required("WEBHOOK_TOKEN");
// #endif
// #if signed
const secret = required("WEBHOOK_SECRET");
// #endif

/** Your work on a batch. It runs after the answer. */
async function processBatch(batchId, events) {
  console.log(batchId + ": " + events.length + " events");
}

/** Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer. */
async function store(batchId, json) {
  const part = "inbox/" + crypto.randomUUID() + ".part";
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
}

// #if compressed
function inflate(raw, encoding) {
  try {
    return encoding === "gzip" ? gunzipSync(raw, { maxOutputLength: maxBytes }) : raw;
  } catch {
    return undefined;
  }
}

// #endif
// #if token or signed
function required(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(name + " is not set");
  process.exit(1);
}

// #endif
// #if token
/** Compares in a time that does not tell how much of the token was right. */
function isToken(sent = "") {
  const digest = (text) => crypto.createHash("sha256").update(text).digest();
  return crypto.timingSafeEqual(digest(sent), digest(token));
}

// #endif
// #if signed
/** Verifies a signature of Standard Webhooks over the bytes as they arrived. */
function isSigned(headers, raw) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const hmac = crypto
    .createHmac("sha256", key)
    .update(headers["webhook-id"] + "." + timestamp + ".")
    .update(raw);
  const expected = Buffer.from("v1," + hmac.digest("base64"));
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const sent = Buffer.from(signature);
    return sent.length === expected.length && crypto.timingSafeEqual(sent, expected);
  });
}

// #endif
async function receive(request, answer) {
  if (request.method !== "POST" || request.url.split("?")[0] !== path) return answer(404, "not found");
  // #if token
  if (!isToken(request.headers["x-messagesystems-webhook-token"])) return answer(401, "wrong token");
  // #endif
  const raw = await readBody(request);
  if (raw === undefined) return answer(413, "too large");
  // #if compressed
  const json = inflate(raw, request.headers["content-encoding"]);
  // #else const json = raw;
  // #endif
  const events = readEvents(json);
  if (events === undefined) return answer(400, "not a batch");
  // The test POST of a new webhook.
  if (events.length === 0) return answer(200, "ping");
  // #if signed
  if (!isSigned(request.headers, raw)) return answer(401, "wrong signature");
  const batchId = request.headers["webhook-id"] ?? "";
  // #else const batchId = request.headers["x-messagesystems-batch-id"] ?? "";
  // #endif
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
}).listen(port);
