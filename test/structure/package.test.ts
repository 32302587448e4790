import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackages, projectManifest } from "../support/packages.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
const libraries = ["tidepost-receiver", "tidepost-producer", "tidepost-client"] as const;

/** A program of somebody who has installed the packages and nothing else, but what the client depends on. */
let consumer: string;
let tarballs: ReadonlyMap<string, string>;
beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), "tidepost-consumer-"));
  tarballs = buildPackages();
  for (const [name, path] of tarballs) {
    const place = join(consumer, "node_modules", name);
    mkdirSync(place, { recursive: true });
    execFileSync("tar", ["-xzf", path, "--strip-components=1", "-C", place]);
  }
  for (const name of ["openapi-fetch", "openapi-typescript-helpers"]) {
    cpSync(join(projectRoot, "node_modules", name), join(consumer, "node_modules", name), { recursive: true });
  }
});
afterAll(() => rmSync(consumer, { recursive: true }));

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(join(consumer, "node_modules", name, "package.json"), "utf8")) as Readonly<
    Record<string, unknown>
  >;

const run = (file: string, program: string): string => {
  writeFileSync(join(consumer, file), program);
  return execFileSync(process.execPath, [file], { cwd: consumer, encoding: "utf8" });
};

describe("every package", () => {
  it("has the project's version and licence, no sources, and no dependency but one", () => {
    expect([...tarballs.keys()]).toEqual(expect.arrayContaining([...libraries, "tidepost"]));
    for (const name of tarballs.keys()) {
      const { dependencies, version } = manifestOf(name);
      expect([name, version]).toEqual([name, projectManifest.version]);
      const { "openapi-fetch": openapiFetch } = projectManifest.devDependencies;
      expect([name, dependencies]).toEqual([
        name,
        name === "tidepost-client" ? { "openapi-fetch": openapiFetch } : undefined,
      ]);
      const files = globSync("**/*", { cwd: join(consumer, "node_modules", name) });
      expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
      expect(files.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    }
  });

  it("has nothing that publint finds wrong", async () => {
    for (const [name, path] of tarballs) {
      const { buffer: tarball } = new Uint8Array(readFileSync(path));
      expect([name, (await publint({ pack: { tarball }, strict: true })).messages]).toEqual([name, []]);
    }
  });

  it.each(libraries)("%s has types that every way of resolving them finds", async (name) => {
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(tarballs.get(name) ?? "")));
    expect(await checkPackage(tarball)).toMatchObject({ types: { kind: "included" }, problems: [] });
  });
});

it("the command works where nothing else is installed", () => {
  const tidepost = (...args: readonly string[]) => {
    const command = join(consumer, "node_modules/tidepost/tidepost.js");
    const environment = { PATH: process.env["PATH"], HOME: consumer, TIDEPOST_URL: "http://127.0.0.1:2/api/v1" };
    return spawnSync(process.execPath, [command, ...args], { cwd: consumer, encoding: "utf8", env: environment });
  };
  expect(tidepost("--version")).toMatchObject({ status: 0, stdout: `${projectManifest.version}\n` });
  const { status, stderr } = tidepost("list", "--json");
  expect({ status, ...(JSON.parse(stderr) as object) }).toMatchObject({ status: 3, errors: [{ code: "unreachable" }] });
  // Looks for credentials with AWS's own client, which is loaded only now.
  expect(tidepost("doctor", "--aws", "--json").stdout).toContain('"credentials"');
});

const receiverProgram = `
  const server = createServer(nodeReceiver({ onBatch: ({ events }) => console.log(events[0].type) }));
  server.listen(0, "127.0.0.1", async () => {
    const headers = { "x-messagesystems-batch-id": "a" };
    const body = '[{"msys":{"track_event":{"type":"click"}}}]';
    const response = await fetch("http://127.0.0.1:" + server.address().port, { method: "POST", headers, body });
    console.log(response.status, await response.text());
    server.close();
  });`;

it.each([
  [
    "an ES module",
    "esm.mjs",
    'import { createServer } from "node:http"; import { nodeReceiver } from "tidepost-receiver";',
  ],
  [
    "CommonJS",
    "cjs.cjs",
    'const { createServer } = require("node:http"); const { nodeReceiver } = require("tidepost-receiver");',
  ],
])("the receiver runs in a plain program: %s", (_, file, imports) => {
  expect(run(file, `${imports}${receiverProgram}`)).toBe("click\n200 done\n");
});

it.each([
  ["an ES module", "client.mjs", 'import { createClient } from "tidepost-client";'],
  ["CommonJS", "client.cjs", 'const { createClient } = require("tidepost-client");'],
])("the client runs in a plain program: %s", (_, file, imports) => {
  const program = `${imports}
    const fetch = async (request) => new Response(JSON.stringify({ results: [request.url, request.headers.get("authorization")] }));
    const client = createClient({ url: "http://x/api/v1/", key: "k", fetch });
    client.GET("/webhooks").then(({ data }) => console.log(data.results.join(" ")));`;
  expect(run(file, program)).toBe("http://x/api/v1/webhooks k\n");
});

it("the producer sends what it holds when its program is done", () => {
  const program = `
    import { createServer } from "node:http";
    import { gunzipSync } from "node:zlib";
    import { createProducer } from "tidepost-producer";
    const server = createServer(async (request, response) => {
      const lines = gunzipSync(Buffer.concat(await Array.fromAsync(request))).toString();
      console.log(request.url, request.headers.authorization, lines.trim());
      response.end('{"results":{"accepted":1}}');
      server.close();
    });
    server.listen(0, "127.0.0.1", async () => {
      server.unref();
      const url = "http://127.0.0.1:" + server.address().port + "/api/v1";
      const producer = createProducer({ url, key: "a-key", lingerMs: 60_000 });
      await producer.send({ msys: { track_event: { type: "click" } } });
    });`;
  expect(run("producer.mjs", program)).toBe('/api/v1/ingest/events a-key {"msys":{"track_event":{"type":"click"}}}\n');
});

const typedProgram = `
  import { createServer } from "node:http";
  import { createClient, eachItem } from "tidepost-client";
  import { createProducer } from "tidepost-producer";
  import { type Batch, fetchReceiver, nodeReceiver } from "tidepost-receiver";
  createServer(nodeReceiver({ onBatch: (batch: Batch, { signal }) => signal.throwIfAborted() }));
  // @ts-expect-error -- the process option knows two words
  nodeReceiver({ onBatch: () => undefined, process: "later" });
  export const POST: (request: Request) => Promise<Response> = fetchReceiver({
    onBatch: ({ events }) => {
      for (const event of events) if (event.type === "bounce") event.data.reason?.toUpperCase();
    },
  });
  void createProducer({ url: "http://x", key: "k" }).send({ msys: { track_event: { type: "click", n: 1 } } });
  // @ts-expect-error -- an event has a type
  void createProducer({ url: "http://x", key: "k" }).send({ msys: { track_event: {} } });
  const client = createClient({ url: "http://x", key: "k" });
  void client.POST("/webhooks", { body: { name: "n", target: "https://x", events: ["click"] } });
  // @ts-expect-error -- there is no such event
  void client.POST("/webhooks", { body: { name: "n", target: "https://x", events: ["clack"] } });
  export async function states(): Promise<string[]> {
    const states: string[] = [];
    const path = { id: "i" };
    for await (const batch of eachItem(client, "/webhooks/{id}/batches", { path })) states.push(batch.state);
    return states;
  }`;

it.each([
  ["node16", { module: "node16" }, "typed.mts"],
  ["node16 in CommonJS", { module: "node16" }, "typed.cts"],
  ["a bundler", { module: "esnext", moduleResolution: "bundler" }, "typed.ts"],
])("a TypeScript program is checked against the types: %s", (_, options, file) => {
  const folder = join(consumer, "typed");
  mkdirSync(folder, { recursive: true });
  for (const name of ["@types", "undici-types"]) {
    const place = join(consumer, "node_modules", name);
    rmSync(place, { force: true });
    symlinkSync(join(projectRoot, "node_modules", name), place);
  }
  writeFileSync(join(folder, file), typedProgram);
  const compilerOptions = { ...options, target: "es2024", types: ["node"], strict: true, noEmit: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(projectRoot, "node_modules/.bin/tsc");
  expect(spawnSync(tsc, ["--project", "typed"], { cwd: consumer, encoding: "utf8" }).stdout).toBe("");
});

it("npm ci succeeds although nothing can be warmed up, and says what was left out", () => {
  mkdirSync(join(consumer, "tools"));
  cpSync(join(projectRoot, "tools/warm.js"), join(consumer, "tools/warm.js"));
  writeFileSync(join(consumer, "package.json"), '{ "type": "module" }');
  const { status, stderr } = spawnSync(process.execPath, ["tools/warm.js"], { cwd: consumer, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stderr.split("\n")).toEqual([
    expect.stringMatching(/^tidepost: synthesising the stack ahead .*npm run warm/),
    expect.stringMatching(/^tidepost: left out, the first npm run dev does it: .*compile-cache/),
    "",
  ]);
});
