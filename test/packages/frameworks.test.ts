/** The installed receiver in frameworks that people use, fed by the real system: signed, compressed batches. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { type OpenTidepost, openTidepost } from "../support/open-tidepost.ts";
import { projectManifest } from "../support/packages.ts";
import { freePort } from "../support/tidepost.ts";

const frameworks = ["hono", "next", "express"] as const;
const { express, hono } = projectManifest.devDependencies;

/** Each framework at a port of its own. The route handler of Next.js is a function from Request to Response. */
const program = `
  import { createServer } from "node:http";
  import { Readable } from "node:stream";
  import express from "express";
  import { Hono } from "hono";
  import { expressReceiver, fetchReceiver } from "tidepost-receiver";

  const { ports, secrets } = JSON.parse(process.env.SETTINGS);
  const optionsOf = (name) => ({
    secret: secrets[name],
    onBatch: ({ events }) => console.log(name, events.length, events[0].type, events[0].data.rcpt_to),
    onError: (error) => console.log(name, error),
  });
  const serve = (handle) =>
    createServer(async (incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const init = { method, headers, body: Readable.toWeb(incoming), duplex: "half" };
      const response = await handle(new Request("http://localhost" + url, init));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
    });

  const hono = new Hono();
  const receive = fetchReceiver(optionsOf("hono"));
  hono.post("/hook", (c) => receive(c.req.raw));

  const POST = fetchReceiver(optionsOf("next"));

  const app = express();
  app.post("/hook", expressReceiver(optionsOf("express")));
  app.use(express.json());

  const servers = { hono: serve((request) => hono.fetch(request)), next: serve(POST), express: createServer(app) };
  for (const [name, server] of Object.entries(servers)) {
    server.listen(ports[name], "127.0.0.1", () => console.log("listening"));
  }`;

let folder: string;
let tidepost: OpenTidepost;
let child: ChildProcess | undefined;
const printed: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tidepost-frameworks-"));
  const dependencies = { express, hono, "tidepost-receiver": `file:${inject("tarballs")["tidepost-receiver"]}` };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "frameworks", version: "1.0.0", dependencies }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder });
  writeFileSync(join(folder, "program.mjs"), program);
  tidepost = await openTidepost({ key: "local-key" });
});
afterAll(async () => {
  await stop();
  await tidepost?.stop();
  rmSync(folder, { recursive: true });
});

const start = async (settings: object): Promise<void> => {
  printed.length = 0;
  const started = spawn(process.execPath, ["program.mjs"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], SETTINGS: JSON.stringify(settings) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  createInterface({ input: started.stdout }).on("line", (line) => void printed.push(line));
  await vi.waitFor(() => expect(printed.filter((line) => line === "listening")).toHaveLength(3), 240_000);
};

const stop = async (): Promise<void> => {
  if (child === undefined) return;
  child.kill();
  await once(child, "exit");
  child = undefined;
};

it("Hono, a route handler of Next.js and Express each receive a signed, compressed batch", async () => {
  const ports = Object.fromEntries(
    await Promise.all(frameworks.map(async (name) => [name, await freePort()] as const)),
  );
  // The test POST of a new webhook is passed before its secret can be known.
  const unknown = `whsec_${Buffer.alloc(32).toString("base64")}`;
  await start({ ports, secrets: Object.fromEntries(frameworks.map((name) => [name, unknown])) });
  const secrets: Record<string, string> = {};
  for (const name of frameworks) {
    const target = `http://127.0.0.1:${ports[name]}/hook`;
    const body = { name, target, events_mode: "all", signing: true, compression: "gzip" };
    const { json, text } = await tidepost.call("POST", "/v1/webhooks", { body });
    secrets[name] = json.results?.signing_secret ?? text;
  }
  await stop();
  await start({ ports, secrets });
  const event = { type: "bounce", rcpt_to: "ann@example.org" };
  await tidepost.ingest([event, event].map((data) => JSON.stringify({ msys: { message_event: data } })));
  const expected = frameworks.map((name) => `${name} 2 bounce ann@example.org`);
  await vi.waitFor(() => expect(printed).toEqual(expect.arrayContaining(expected)), 240_000);
  expect(printed.filter((line) => line !== "listening").toSorted()).toEqual(expected.toSorted());
});
