import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { useCli } from "../support/use-cli.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(projectRoot, "docs/cli.md"), "utf8");
/** Every line of shell in the page, in order: they make one story. */
const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));

const world = useCli();
/** Some lines are processes of their own, and each waits for the one before. */
const storyTimeoutMs = 480_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-docs-"));
  const entry = join(projectRoot, "cli/tidepost.js");
  await writeFile(join(folder, "tidepost"), `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`);
  await chmod(join(folder, "tidepost"), 0o755);
});
afterAll(async () => await rm(folder, { recursive: true }));

/**
 * Runs a line as a user would, with the local system and the receiver in the places that the page names: in a shell, unless
 * it is one command whose words a shell would take as they are.
 */
const shell = async (line: string) => {
  const actual = line.replaceAll("http://127.0.0.1:8080", world.receiver.url);
  const env = {
    XDG_CONFIG_HOME: join(folder, "config"),
    // A profile that is chosen in the story has its own API.
    ...(/config|console/.test(line)
      ? {}
      : { TIDEPOST_URL: world.tidepost.apiUrl, TIDEPOST_API_KEY: world.tidepost.key }),
  };
  const [, words] = /^tidepost ([\w ./:,=-]+)$/.exec(actual) ?? [];
  if (words !== undefined) {
    const { code, out, error } = await runCli(words.split(" "), { env, folder });
    return { line, code, out: out.join("\n"), error };
  }
  const child = spawn("bash", ["--norc", "-c", actual], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env["PATH"]}`, API_KEY: "0123456789abcdef", ...env },
  });
  child.stdin.end();
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { line, code: code as number, out, error };
};

describe("docs/cli.md", () => {
  it("has examples", () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !line.includes("tidepost "))).toEqual([]);
  });

  it("has only examples that work, one after the other", { timeout: storyTimeoutMs }, async () => {
    for (const line of lines) {
      const { code, error, out } = await shell(line);
      expect({ line, code, ...(code === 0 ? {} : { error, out }) }).toEqual({ line, code: 0 });
    }
  });

  it("names the profile and the URL that it has stored", async () => {
    await shell(lines.find((line) => line.includes("config set")) ?? "");
    const { out } = await shell("tidepost config list");
    expect(out).toMatch(/^prod +https:\/\/tidepost\.example\.com\/api\/v1 +0123\*{4}/m);
  });
});
