import { createServer } from "node:net";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../../support/tidepost.ts";
import { runCli } from "./run-cli.ts";

const batch = JSON.stringify([{ msys: { track_event: { type: "click", note: "\u001B[2J" } } }]);

const start = async (args: readonly string[], input = "") => {
  const port = await freePort();
  const cli = runCli(["sink", "--port", String(port), ...args], { input });
  await expect.poll(() => cli.out.length, { timeout: 60_000 }).toBe(1);
  const url = `http://127.0.0.1:${port}/`;
  const post = async (path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await fetch(`${url}${path}`, { method: "POST", body, headers })).status;
  const send = async (headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    await post("", batch, { "x-messagesystems-batch-id": "b1", ...headers });
  return { cli, url, post, send };
};

it("prints each batch with its headers and its first event, and what the mode becomes", async () => {
  const { cli, url, post, send } = await start([]);
  expect(await send({ "x-messagesystems-webhook-token": "a-long-secret-token" })).toBe(200);
  expect(await post("__mode", '{"mode":"500"}')).toBe(200);
  expect(await send()).toBe(500);
  cli.interrupt();
  expect(await cli.exitCode).toBe(0);
  const text = cli.out.join("\n");
  expect(cli.out[0]).toBe(`Sink  ${url}   mode ok: answers 200   Ctrl-C ends it`);
  expect(text).toMatch(/\d\d:\d\d:\d\dZ {2}b1 {3}1 event {3}click 1 {3}\d+ bytes {3}✔ 200 {3}attempt 1\n/);
  expect(text).toContain("x-messagesystems-webhook-token: ****oken");
  expect(text).toContain('{"msys":{"track_event":{"type":"click"');
  expect(text).toContain("The sink now answers 500.");
  expect(text).toMatch(/✖ 500 {3}attempt 2 {3}duplicate\n/);
  expect(text).not.toContain("\u001B");
});

it("prints JSON alone with --json", async () => {
  const { cli, url, post, send } = await start(["--json", "--mode", "first-n", "--first", "1"]);
  expect([await send(), await send(), await post("", "no batch")]).toEqual([500, 200, 400]);
  cli.interrupt();
  expect(await cli.exitCode).toBe(0);
  expect(cli.out.map((line) => JSON.parse(line))).toMatchObject([
    { url, mode: "first-n", n: 1 },
    { batch_id: "b1", attempt: 1, status: 500, kept: false, event_types: { click: 1 } },
    { batch_id: "b1", attempt: 2, status: 200, kept: true, duplicate: false },
  ]);
  expect(cli.error.map((line) => JSON.parse(line))).toEqual([
    { errors: [{ message: "A POST to / was no batch of events: it got 400" }] },
  ]);
});

it("takes the token that it wants from standard input, and never shows it", async () => {
  const { cli, send } = await start(["--json", "--mode", "auth", "--token", "-"], "right-token-12345\n");
  expect(await send()).toBe(401);
  expect(await send({ "x-messagesystems-webhook-token": "right-token-12345" })).toBe(200);
  cli.interrupt();
  await cli.exitCode;
  expect(cli.out.join("\n")).not.toContain("right-token");
});

it.each([
  [["--mode", "fast"], "Allowed choices are ok, slow, 500"],
  [["--port", "0x"], "a whole number from 1 to 65535"],
  [["--delay", "soon"], "a duration, such as 30s"],
  [["--mode", "ok", "--delay", "7s"], "The mode 'ok' was not set"],
  [["--mode", "flaky", "--fail", "much"], "The mode 'flaky' was not set. fail: "],
  [["--mode", "auth"], "needs the token"],
])("refuses %j and starts nothing", async (args, message) => {
  const cli = runCli(["sink", ...args]);
  expect(await cli.exitCode).toBe(2);
  expect(cli.error.join("\n")).toContain(message);
  expect(cli.out).toEqual([]);
});

it("names a taken port with a way out", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const cli = runCli(["sink", "--port", String(port)]);
  expect(await cli.exitCode).toBe(1);
  expect(cli.error.join("\n")).toContain(`Port ${port} is taken by another program`);
  expect(cli.error.join("\n")).toContain(`tidepost sink --port ${port + 10}`);
});
