import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { preparedPython } from "../../tools/deploy-emulator.ts";
import { freePort } from "../support/tidepost.ts";

const token = "s3cret";
const bounce = '[{"msys":{"message_event":{"type":"bounce","subject":"Grüße"}}}]';

const servers = {
  flask: (port: number) => ["-m", "flask", "--app", "flask_receiver", "run", "--port", String(port)],
  fastapi: (port: number) => ["-m", "uvicorn", "fastapi_receiver:app", "--port", String(port)],
} as const;

let python: string;
beforeAll(() => {
  python = preparedPython();
});

describe.each(Object.entries(servers))("the example in %s", (_, argumentsOf) => {
  let folder: string;
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tidepost-python-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/hook`;
    const env = { ...process.env, WEBHOOK_TOKEN: token, INBOX: join(folder, "inbox.db") };
    child = spawn(python, argumentsOf(port), { cwd: "examples/python", env, stdio: ["ignore", "ignore", "pipe"] });
    await vi.waitFor(async () => await fetch(url), { timeout: 60_000, interval: 200 });
  });
  afterAll(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });

  const send = async (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const all = { "x-messagesystems-webhook-token": token, "content-type": "application/json", ...headers };
    const response = await fetch(url, { method: "POST", headers: all, body });
    return `${response.status} ${await response.text()}`;
  };
  const gzip = { "content-encoding": "gzip" };

  it("answers a ping, and refuses everybody else's", async () => {
    expect(await send('[{"msys":{}}]')).toBe("200 ping");
    const wrong = { "x-messagesystems-webhook-token": "other" };
    expect(await send('[{"msys":{}}]', wrong)).toBe("401 The token is missing or wrong");
  });

  it("stores a batch once, plain and compressed", async () => {
    const [plain, packed] = [crypto.randomUUID(), crypto.randomUUID()];
    const id = (batch: string) => ({ "x-messagesystems-batch-id": batch });
    expect(await send(bounce, id(plain))).toBe("200 done");
    expect(await send(gzipSync(bounce), { ...gzip, ...id(packed) })).toBe("200 done");
    expect(await send(bounce, id(plain))).toBe("200 duplicate");
    const database = new DatabaseSync(join(folder, "inbox.db"), { readOnly: true });
    const rows = database.prepare("SELECT batch, events FROM inbox").all();
    database.close();
    expect(rows.map(({ batch }) => batch)).toEqual([plain, packed]);
    for (const { events } of rows) expect(JSON.parse(String(events))).toEqual(JSON.parse(bounce));
  });

  it("refuses what is no batch, what ends too soon, and what inflates to too much", async () => {
    const withId = { "x-messagesystems-batch-id": "x" };
    expect(await send("[{", withId)).toMatch(/^400 /);
    expect(await send("{}", withId)).toMatch(/^400 /);
    expect(await send(bounce)).toBe("400 There is no batch id");
    expect(await send(gzipSync(bounce).subarray(0, -12), { ...gzip, ...withId })).toMatch(/^400 /);
    expect(await send(gzipSync(Buffer.alloc(17 * 1024 * 1024, " ")), { ...gzip, ...withId })).toMatch(/^413 /);
    expect(await send("[".repeat(100_000), withId)).toMatch(/^400 /);
  });
});
