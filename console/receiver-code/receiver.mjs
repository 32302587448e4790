// Takes batches of events from Tidepost. Needs Node 22.15 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… node receiver.mjs
// A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
// It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
import crypto from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { createServer } from "node:http";
// #if compressed
import zlib from "node:zlib";
// #endif

const port = Number(process.env.PORT ?? 8080);
const path = "/path-of-target";
const maxBytes = 16 * 1024 * 1024;
/** Pauses before a batch that failed is tried again. */
const pausesSeconds = [10, 60, 600, 3600];
// #if token
const tokens = secretsOf("WEBHOOK_TOKEN");
// #endif
// #if signed
const keys = secretsOf("WEBHOOK_SECRET").map(keyOf);
// #endif

/** Your work on a batch. It runs after the answer; when it throws, or the program ends, it runs again. */
async function processBatch(batchId, events) {
  console.log(batchId + ": " + events.length + " events");
}

const fileIn = (folder, batchId) => folder + "/" + batchId + ".json";
const isFinished = (batchId) => existsSync(fileIn("done", batchId)) || existsSync(fileIn("failed", batchId));

/** Stores a batch, or tells that it is there already. */
async function store(batchId, json) {
  const part = "inbox/" + crypto.randomUUID() + ".part";
  const file = await open(part, "wx");
  try {
    await file.writeFile(json);
    await file.sync();
    await link(part, fileIn("inbox", batchId));
    await file.sync(); // the new name, too
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    await file.close();
    await unlink(part);
  }
}

let last = Promise.resolve();

/** Works on a batch when those before it are done. */
function enqueue(batchId, failures = 0) {
  last = last.then(() => work(batchId, failures)).catch(console.error);
}

async function work(batchId, failures) {
  const file = fileIn("inbox", batchId);
  if (isFinished(batchId)) return unlink(file); // a duplicate that came while the batch moved
  try {
    const elements = JSON.parse(await readFile(file, "utf8"));
    const events = elements.filter(({ msys }) => Object.keys(msys).length > 0);
    await processBatch(batchId, events);
    await rename(file, fileIn("done", batchId));
  } catch (error) {
    console.error(batchId + " failed:", error);
    if (failures === pausesSeconds.length) return rename(file, fileIn("failed", batchId));
    setTimeout(enqueue, pausesSeconds[failures] * 1000, batchId, failures + 1);
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

// #if compressed
function inflate(raw, encoding) {
  try {
    if (encoding === "zstd") return zlib.zstdDecompressSync(raw, { maxOutputLength: maxBytes });
    return encoding === "gzip" ? zlib.gunzipSync(raw, { maxOutputLength: maxBytes }) : raw;
  } catch {
    return Buffer.of();
  }
}

// #endif
// #if token or signed
/** The text of a variable, and the old one of NAME_OLD while it is being replaced. An empty one would let in everyone. */
function secretsOf(name) {
  const names = [name, name + "_OLD"].filter((key) => key === name || process.env[key] !== undefined);
  return names.map((key) => process.env[key]?.trim() || refuse(key + " is not set or empty"));
}

function refuse(reason) {
  console.error(reason);
  process.exit(1);
}

// #endif
// #if token
/** Compares in a time that does not tell how much of a token was right. */
function isToken(sent = "") {
  const digest = (text) => crypto.createHash("sha256").update(text).digest();
  return tokens.map((token) => crypto.timingSafeEqual(digest(sent), digest(token))).includes(true);
}

// #endif
// #if signed
function keyOf(secret) {
  const key = Buffer.from(secret.slice(6), "base64");
  const isWhole = key.length > 0 && secret === "whsec_" + key.toString("base64");
  return isWhole ? key : refuse("WEBHOOK_SECRET is not whsec_ and base64");
}

/** Verifies a signature of Standard Webhooks over the JSON before compression. */
function isSigned(headers, json) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const signatures = (headers["webhook-signature"] ?? "").split(" ").map((signature) => Buffer.from(signature));
  return keys.some((key) => {
    const hmac = crypto.createHmac("sha256", key).update(headers["webhook-id"] + "." + timestamp + ".");
    const expected = Buffer.from("v1," + hmac.update(json).digest("base64"));
    return signatures.some((sent) => sent.length === expected.length && crypto.timingSafeEqual(sent, expected));
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
  const text = json.toString().trim();
  if (!text.startsWith("[") || !text.endsWith("]")) return answer(400, "not a batch");
  // The test POST of a new webhook.
  if (text.length < 1024 && /^\[(\{"msys":\{\}\},?)*\]$/.test(text.replace(/\s/g, ""))) return answer(200, "ping");
  // #if signed
  if (!isSigned(request.headers, json)) return answer(401, "wrong signature");
  const batchId = request.headers["webhook-id"] ?? "";
  // #else const batchId = request.headers["x-messagesystems-batch-id"] ?? "";
  // #endif
  if (!/^[\w-]{1,64}$/.test(batchId)) return answer(400, "no batch id");
  if (isFinished(batchId) || !(await store(batchId, json))) return answer(200, "duplicate");
  answer(200, "stored");
  enqueue(batchId);
}

for (const folder of ["inbox", "done", "failed"]) mkdirSync(folder, { recursive: true });
// What an earlier run has left.
for (const name of readdirSync("inbox")) if (name.endsWith(".json")) enqueue(name.slice(0, -".json".length));
createServer((request, response) => {
  const answer = (status, text) => void response.writeHead(status).end(text);
  receive(request, answer).catch((error) => {
    console.error(error);
    if (!response.headersSent) answer(500, "failed");
  });
}).listen(port);
