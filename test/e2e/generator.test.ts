import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startOwnTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

let tidepost: Tidepost;
beforeAll(async () => {
  // Not the shared one, whose windows it would close early.
  tidepost = await startOwnTidepost({ retryScale: 60 });
});
afterAll(async () => await tidepost.stop());

/** Runs `tidepost gen` in a process of its own. */
const gen = async (args: readonly string[], key = "local-key") => {
  const env = { PATH: process.env["PATH"], TIDEPOST_URL: tidepost.apiUrl, TIDEPOST_API_KEY: key };
  const child = spawn(process.execPath, ["cli/main.ts", "gen", ...args], { cwd: projectRoot, env });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, code: code as number };
};

it("accounts for every event at a high rate, at the API and at its own sink", async () => {
  const { out, error, code } = await gen(["--rate", "20000", "--for", "1s", "--seed", "9", "--sink", "--json"]);
  expect(error).toBe("");
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, number>>);
  const outcome = lines.at(-1);
  expect(lines[0]).toEqual({ rate: 20_000, mix: "campaign", seed: 9 });
  const sent = outcome?.["sent"] ?? 0;
  expect(sent).toBeGreaterThan(1_000);
  expect(outcome).toMatchObject({ accepted: sent, delivered: sent, refused: 0, unanswered: 0, duplicates: 0, lost: 0 });
  expect(code).toBe(0);
  expect((await tidepost.call("GET", "/webhooks")).json).toEqual({ results: [] });
});

it("prints a counter every second, and its account at the end", async () => {
  const { out, code } = await gen(["--rate", "50", "--for", "2500ms", "--mix", "bounce-storm", "--sink"]);
  expect(code).toBe(0);
  const plain = out.replaceAll(/\d[\d,.]*/g, "N");
  expect(plain).toMatch(/^Generating N events\/s, mix bounce-storm, seed N\n/);
  // A busy machine may not keep up.
  expect(plain).toMatch(/^N events\/s {3}sent N {3}accepted N {3}delivered N(?: {3}behind by N)?$/m);
  expect(plain).toMatch(
    /Sent N events in N s, N a second\n(?:Could not keep up with N .*\n)?accepted N {3}delivered N {3}duplicates N {3}lost N\n/,
  );
  expect(out).toMatch(/duplicates 0 {3}lost 0\n/);
  expect(plain).toMatch(/from sending to the sink {3}pN N m?s {3}pN N m?s {3}pN N m?s\n$/);
});

/** Starts a generator with a sink of its own and lets Ctrl-C come when events are on the way. */
const interrupt = async (times: 1 | 2) => {
  const env = { PATH: process.env["PATH"], TIDEPOST_URL: tidepost.apiUrl, TIDEPOST_API_KEY: "local-key" };
  const args = ["cli/main.ts", "gen", "--rate", "50", "--sink"];
  const child = spawn(process.execPath, args, { cwd: projectRoot, env });
  let out = "";
  let error = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
    if (/accepted [1-9]/.test(out) && !child.killed) child.kill("SIGINT");
  });
  child.stderr.on("data", (data: Buffer) => {
    error += data.toString();
    if (times === 2 && error.includes("on the way") && !error.includes("again!")) {
      error += "again!";
      child.kill("SIGINT");
    }
  });
  const [code] = (await once(child, "exit")) as [number];
  return { out, error, code };
};

it("on Ctrl-C waits for the events on the way, and loses none", async () => {
  const { out, code } = await interrupt(1);
  expect(out).toMatch(/duplicates 0 {3}lost 0\n/);
  expect(code).toBe(0);
  expect((await tidepost.call("GET", "/webhooks")).json).toEqual({ results: [] });
});

it("on a second Ctrl-C ends without them, calls nothing lost, and leaves no webhook behind", async () => {
  const { out, error, code } = await interrupt(2);
  // On a fast machine all may have arrived before.
  if (error.includes("again!")) {
    expect(out).toMatch(/still on the way [1-9]\d*\n|lost 0\n/);
    expect(code).toBe(out.includes("still on the way") ? 1 : 0);
  }
  expect((await tidepost.call("GET", "/webhooks")).json).toEqual({ results: [] });
});

it("fails when events are refused", async () => {
  const created = await tidepost.call("POST", "/api-keys", { body: { label: "reader", grants: ["webhooks/view"] } });
  const { out, error, code } = await gen(["--rate", "50", "--for", "1s", "--json"], created.json.results.key);
  expect(code).toBe(1);
  const problem: unknown = JSON.parse(error.split("\n", 1)[0] ?? "");
  expect(problem).toEqual({ errors: [{ message: expect.stringMatching(/^Events could not be ingested: 403 /) }] });
  expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ accepted: 0 });
});
