import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { preparedPython } from "../../tools/deploy-emulator.ts";
import { freePort } from "../support/tidepost.ts";

const token = "s3cret";
const secret = signingSecretOf(randomBytes(32));
const bounce = '[{"msys":{"message_event":{"type":"bounce","subject":"Grüße"}}}]';
const ping = '[{"msys":{}}]';

const servers = {
  flask: {
    argumentsOf: (port: number) => ["-m", "flask", "--app", "flask_receiver", "run", "--port", String(port)],
    secrets: { WEBHOOK_TOKEN: token },
  },
  fastapi: {
    argumentsOf: (port: number) => ["-m", "uvicorn", "fastapi_receiver:app", "--port", String(port)],
    secrets: { WEBHOOK_TOKEN: token, WEBHOOK_SECRET: secret },
  },
} as const;

let python: string;
beforeAll(() => {
  python = preparedPython();
});

interface Sent {
  readonly id?: string;
  /** What goes out; the signature is that of the text. */
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

describe.each(Object.entries(servers))("the example in %s", (_, { argumentsOf, secrets }) => {
  let folder: string;
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tidepost-python-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/hook`;
    const env = { ...process.env, ...secrets, INBOX: join(folder, "inbox.db") };
    child = spawn(python, argumentsOf(port), { cwd: "examples/python", env, stdio: ["ignore", "ignore", "pipe"] });
    await vi.waitFor(async () => await fetch(url), { timeout: 240_000, interval: 200 });
  });
  afterAll(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });

  const isSigned = "WEBHOOK_SECRET" in secrets;
  const signed = (id: string, text: string, now = Date.now()): Readonly<Record<string, string>> =>
    signatureHeaders({ messageId: id, json: Buffer.from(text), signing: { secret, rotated: [] }, now });

  const send = async (text: string, { id = "", body, headers = {} }: Sent = {}): Promise<string> => {
    const common = { "x-messagesystems-webhook-token": token, "content-type": "application/json" };
    const ids = { "x-messagesystems-batch-id": id, ...(isSigned ? signed(id, text) : {}) };
    const gzip = body === undefined ? {} : { "content-encoding": "gzip" };
    const all = { ...common, ...ids, ...gzip, ...headers };
    const response = await fetch(url, { method: "POST", headers: all, body: body ?? text });
    return `${response.status} ${await response.text()}`;
  };

  it("answers a ping, and refuses everybody else's", async () => {
    expect(await send(ping)).toBe("200 ping");
    // Whoever creates a webhook does not know its secret yet.
    expect(await send(ping, { headers: { "webhook-signature": "" } })).toBe("200 ping");
    const wrong = { "x-messagesystems-webhook-token": "other" };
    expect(await send(ping, { headers: wrong })).toBe("401 The token is missing or wrong");
  });

  it("stores a batch once, plain and compressed", async () => {
    const [plain, packed] = [crypto.randomUUID(), crypto.randomUUID()];
    expect(await send(bounce, { id: plain })).toBe("200 done");
    expect(await send(bounce, { id: packed, body: gzipSync(bounce) })).toBe("200 done");
    expect(await send(bounce, { id: plain })).toBe("200 duplicate");
    const database = new DatabaseSync(join(folder, "inbox.db"), { readOnly: true });
    const rows = database.prepare("SELECT batch, events FROM inbox").all();
    database.close();
    expect(rows.map(({ batch }) => batch)).toEqual([plain, packed]);
    for (const { events } of rows) expect(JSON.parse(String(events))).toEqual(JSON.parse(bounce));
  });

  it("refuses what is no batch, what ends too soon, and what inflates to too much", async () => {
    const id = "x";
    expect(await send("[{", { id })).toMatch(/^400 /);
    expect(await send("{}", { id })).toMatch(/^400 /);
    expect(await send(bounce)).toBe("400 There is no batch id");
    expect(await send(bounce, { id, body: gzipSync(bounce).subarray(0, -12) })).toMatch(/^400 /);
    const spaces = " ".repeat(17 * 1024 * 1024);
    expect(await send(spaces, { id, body: gzipSync(spaces) })).toMatch(/^413 /);
    expect(await send("[".repeat(100_000), { id })).toMatch(/^400 /);
  });

  it.runIf(isSigned)("takes nothing without a fresh signature of its own secret over these very bytes", async () => {
    const id = crypto.randomUUID();
    const refused = "401 The signature is missing, wrong or too old";
    const old = { secret: signingSecretOf(randomBytes(32)), rotated: [{ secret, until: Date.now() + 60_000 }] };
    const json = Buffer.from(bounce);
    const now = Date.now();
    const others: readonly Readonly<Record<string, string>>[] = [
      { "webhook-signature": "" },
      { "webhook-signature": "v1," },
      { "webhook-timestamp": "soon" },
      { "webhook-id": crypto.randomUUID() },
      signed(id, `${bounce} `),
      signed(id, bounce, now - 400_000),
      signed(id, bounce, now + 400_000),
      signatureHeaders({ messageId: id, json, signing: { secret: old.secret, rotated: [] }, now }),
    ];
    for (const headers of others) expect([headers, await send(bounce, { id, headers })]).toEqual([headers, refused]);
    // The receiver has the old secret still.
    const rotated = signatureHeaders({ messageId: id, json, signing: old, now });
    expect(await send(bounce, { id, headers: rotated })).toBe("200 done");
  });
});

it.each([
  [{}, "Set WEBHOOK_TOKEN, WEBHOOK_SECRET or both"],
  [{ WEBHOOK_TOKEN: " " }, "WEBHOOK_TOKEN is set, but empty."],
  [{ WEBHOOK_TOKEN: token, WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET is set, but empty."],
  [{ WEBHOOK_SECRET: "whsec_not base64" }, "WEBHOOK_SECRET is not whsec_ and base64."],
])("the examples do not start with %j", async (env, message) => {
  const imported = promisify(execFile)(python, ["-c", "import inbox"], {
    cwd: "examples/python",
    env: { PATH: process.env["PATH"], PYTHONDONTWRITEBYTECODE: "1", ...env },
  });
  await expect(imported).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
});
