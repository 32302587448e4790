import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const projectRoot = resolve(import.meta.dirname, "../..");

/** A program of somebody who has installed the package. */
let consumer: string;
let packed: readonly string[];
beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), "tidepost-consumer-"));
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", consumer], {
    cwd: projectRoot,
    encoding: "utf8",
    env: { ...process.env, npm_config_loglevel: "error" },
  });
  // The scripts that build the package may print before the list.
  const [pack] = JSON.parse(output.slice(output.indexOf("[\n"))) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  packed = pack.files.map(({ path }) => path);
  execFileSync("tar", ["-xzf", pack.filename], { cwd: consumer });
  mkdirSync(join(consumer, "node_modules"));
  cpSync(join(consumer, "package"), join(consumer, "node_modules/tidepost"), { recursive: true });
});
afterAll(() => rmSync(consumer, { recursive: true }));

it("has the command and the receivers' helper as JavaScript, and none of the project's sources", () => {
  const expected = [
    "package.json",
    "cli/tidepost.js",
    "dist/cli/main.js",
    "dist/producer/index.js",
    "dist/producer/index.d.ts",
    "dist/receiver/index.js",
    "dist/receiver/index.d.ts",
  ];
  expect(packed).toEqual(expect.arrayContaining(expected));
  expect(packed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
});

it("has a command that works where nothing else is installed", () => {
  const tidepost = (...args: readonly string[]) => {
    const command = join(consumer, "node_modules/tidepost/cli/tidepost.js");
    const environment = { PATH: process.env["PATH"], HOME: consumer, TIDEPOST_URL: "http://127.0.0.1:2/api/v1" };
    return spawnSync(process.execPath, [command, ...args], { cwd: consumer, encoding: "utf8", env: environment });
  };
  expect(tidepost("--version")).toMatchObject({ status: 0, stdout: "0.1.0\n" });
  const { status, stderr } = tidepost("list", "--json");
  expect({ status, ...(JSON.parse(stderr) as object) }).toMatchObject({ status: 3, errors: [{ code: "unreachable" }] });
  // Looks for credentials with AWS's own client, which is loaded only now.
  expect(tidepost("doctor", "--aws", "--json").stdout).toContain('"credentials"');
});

it("has a helper that runs in a plain JavaScript program that has installed nothing else", () => {
  const program = `
    import { createServer } from "node:http";
    import { nodeReceiver } from "tidepost/receiver";
    const server = createServer(nodeReceiver({ onBatch: ({ events }) => console.log(events[0].type) }));
    server.listen(0, "127.0.0.1", async () => {
      const headers = { "x-messagesystems-batch-id": "a" };
      const body = '[{"msys":{"track_event":{"type":"click"}}}]';
      const response = await fetch("http://127.0.0.1:" + server.address().port, { method: "POST", headers, body });
      console.log(response.status, await response.text());
      server.close();
    });`;
  writeFileSync(join(consumer, "program.mjs"), program);
  expect(readdirSync(join(consumer, "node_modules"))).toEqual(["tidepost"]);
  const output = execFileSync(process.execPath, ["program.mjs"], { cwd: consumer, encoding: "utf8" });
  expect(output).toBe("click\n200 done\n");
});

it("has a producer that runs there, too, and sends what it holds when the program is done", () => {
  const program = `
    import { createServer } from "node:http";
    import { gunzipSync } from "node:zlib";
    import { createProducer } from "tidepost/producer";
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
  writeFileSync(join(consumer, "producer.mjs"), program);
  const output = execFileSync(process.execPath, ["producer.mjs"], { cwd: consumer, encoding: "utf8" });
  expect(output).toBe('/api/v1/ingest/events a-key {"msys":{"track_event":{"type":"click"}}}\n');
});

it("has types for the helper that a TypeScript program is checked by", () => {
  mkdirSync(join(consumer, "typed/node_modules"), { recursive: true });
  cpSync(join(consumer, "node_modules/tidepost"), join(consumer, "typed/node_modules/tidepost"), { recursive: true });
  for (const name of ["@types", "undici-types"]) {
    symlinkSync(join(projectRoot, "node_modules", name), join(consumer, "typed/node_modules", name));
  }
  const program = `
    import { createServer } from "node:http";
    import { createProducer } from "tidepost/producer";
    import { type Batch, nodeReceiver } from "tidepost/receiver";
    createServer(nodeReceiver({ onBatch: (batch: Batch, { signal }) => signal.throwIfAborted() }));
    void createProducer({ url: "http://x", key: "k" }).send({ msys: { track_event: { type: "click", n: 1 } } });
    // @ts-expect-error -- an event has a type
    void createProducer({ url: "http://x", key: "k" }).send({ msys: { track_event: {} } });
    // @ts-expect-error -- the process option knows two words
    nodeReceiver({ onBatch: () => undefined, process: "later" });`;
  writeFileSync(join(consumer, "typed/program.ts"), program);
  const compilerOptions = { module: "nodenext", types: ["node"], strict: true, noEmit: true };
  writeFileSync(join(consumer, "typed/tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const tsc = join(projectRoot, "node_modules/.bin/tsc");
  const run = () => execFileSync(tsc, ["--project", "typed"], { cwd: consumer, encoding: "utf8" });
  expect(run()).toBe("");
});

it("is installed although nothing can be warmed up, and says what was left out", () => {
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
