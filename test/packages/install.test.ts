import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { projectManifest } from "../support/packages.ts";

/** Programs that install packages, run by npm's own `npm exec`. */
const managers = {
  npm: ["npm", "install", "--no-audit", "--no-fund"],
  pnpm: ["npm", "exec", "--yes", "--package=pnpm@11.0.0", "--", "pnpm", "install"],
  yarn: [
    "npm",
    "exec",
    "--yes",
    "--package=yarn@1.22.22",
    "--",
    "yarn",
    "install",
    "--non-interactive",
    "--cache-folder=cache",
  ],
} as const;
/** The Nodes that the packages are for, each from npm's package of the program for this machine. */
const nodeVersions = ["20.20.2", "22.19.0"] as const;

let folder: string;
const nodes = new Map<string, string>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tidepost-packages-"));
  for (const version of nodeVersions) {
    const place = join(folder, version);
    const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
    project(version, { [name]: version });
    execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: place });
    nodes.set(version, join(place, "node_modules", name, "bin/node"));
  }
  nodes.set(process.versions.node, process.execPath);
});
afterAll(() => rmSync(folder, { recursive: true }));

const project = (name: string, dependencies: Readonly<Record<string, string>>): string => {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: `p${name}`, version: "1.0.0", dependencies }));
  return place;
};
const fileOf = (name: string): string => `file:${inject("tarballs")[name]}`;

const everyLibrary = `
  const { createHmac } = require("node:crypto");
  const { gzipSync } = require("node:zlib");
  const { fetchReceiver } = require("tidepost-receiver");
  const { createClient } = require("tidepost-client");
  const { createProducer } = require("tidepost-producer");
  const post = fetchReceiver({ onBatch: ({ events }) => console.log(events[0].type) });
  const body = gzipSync('[{"msys":{"track_event":{"type":"click"}}}]');
  const headers = { "webhook-id": "a", "content-encoding": "gzip" };
  post(new Request("http://x/", { method: "POST", headers, body })).then(async (response) => {
    const fetch = async ({ url }) => new Response('{"results":["' + url + '"]}');
    const { data } = await createClient({ url: "http://x/api/v1/", key: "k", fetch }).GET("/webhooks");
    console.log(response.status, data.results[0], typeof createProducer);
  });`;

// Yarn would take a tarball of the same version from its cache, so that it gets one of its own.
describe.each(Object.entries(managers))("installed by %s", (manager, [program, ...args]) => {
  let place: string;
  beforeAll(() => {
    const names = ["tidepost-receiver", "tidepost-producer", "tidepost-client", "tidepost"];
    place = project(manager, Object.fromEntries(names.map((name) => [name, fileOf(name)])));
    execFileSync(program, args, { cwd: place, encoding: "utf8", stdio: ["ignore", "ignore", "inherit"] });
    writeFileSync(join(place, "program.cjs"), everyLibrary);
    writeFileSync(
      join(place, "module.mjs"),
      'import { nodeReceiver } from "tidepost-receiver"; console.log(typeof nodeReceiver);',
    );
  });

  it.each([...nodeVersions, process.versions.node])("the libraries run on Node %s", (version) => {
    const run = (file: string) => execFileSync(nodes.get(version) ?? "", [file], { cwd: place, encoding: "utf8" });
    expect(run("program.cjs")).toBe("click\n200 http://x/api/v1/webhooks function\n");
    expect(run("module.mjs")).toBe("function\n");
  });

  it("the command runs on Node 22", () => {
    const command = join(place, "node_modules/tidepost/tidepost.js");
    const options = { cwd: place, encoding: "utf8" } as const;
    expect(execFileSync(nodes.get("22.19.0") ?? "", [command, "--version"], options)).toBe(
      `${projectManifest.version}\n`,
    );
    expect(execFileSync(nodes.get("22.19.0") ?? "", [command, "--help"], options)).toContain("Usage: tidepost");
  });
});

it("the receiver and the command bring nothing along", () => {
  const place = project("alone", { "tidepost-receiver": fileOf("tidepost-receiver"), tidepost: fileOf("tidepost") });
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: place });
  const installed = readdirSync(join(place, "node_modules")).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["tidepost", "tidepost-receiver"]);
});
