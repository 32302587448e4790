import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readBlocks } from "../../support/guides/read-page.ts";
import { type PageRun, runPage } from "../../support/guides/run-page.ts";

let folder: string;
let run: PageRun | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-page-"));
});
afterEach(async () => {
  await run?.close();
  await rm(folder, { recursive: true });
});

const fence = "```";
const pageOf = (...blocks: readonly (readonly [string, string])[]) =>
  readBlocks(blocks.map(([info, text]) => `Some text.\n\n${fence}${info}\n${text}\n${fence}\n`).join("\n"));

const server = `require("node:http").createServer((_, response) => response.end("hello")).listen(8080);`;

it("writes files, runs commands, keeps programs running, and waits for what they print", async () => {
  run = await runPage(
    pageOf(
      ["js file=server.cjs", server],
      ["sh terminal=server port=8080", "node server.cjs"],
      ["sh run", "export NAME=world"],
      ["sh run", 'curl -sS http://127.0.0.1:8080/; echo "$NAME"; echo last'],
      ["text expect", "hello…\nlast"],
      ["sh", "exit 1"],
    ),
    folder,
  );
  expect(run.done).toBe(5);
  expect(run.printed()).toBe("helloworld\nlast\n");
  // Somebody else may have the page's own port.
  expect(await readFile(join(folder, "server.cjs"), "utf8")).not.toContain("(8080)");
});

it.each<[string, readonly [string, string], RegExp]>([
  ["a command", ["sh run", "echo before; false; true"], /^The block at line 3 failed: Ended with 1:/],
  ["a program that ends at once", ["sh terminal=one until=Ready", "exit 7"], /: Ended with 7:/],
])("fails with %s that fails", async (_, block, message) => {
  await expect(runPage(pageOf(block), folder)).rejects.toThrow(message);
});

it("fails when a text does not come, with what came instead", async () => {
  const page = pageOf(["sh run", "echo expected"], ["sh run", "echo other"], ["text expect", "expected"]);
  await expect(runPage(page, folder, { limitMs: 200 })).rejects.toThrow(/^The block at line 15 failed: .*expected\n/);
});

it("runs a block again until what is expected comes", async () => {
  const page = pageOf(["sh run again", "echo -n x >> count; echo $(cat count)."], ["text expect", "xxx."]);
  run = await runPage(page, folder);
  expect(run.printed()).toBe("x.\nxx.\nxxx.\n");
  expect(run.done).toBe(2);
});

it("ends what its programs have started, also in groups of their own", async () => {
  const nested = `const child = require("node:child_process").spawn("sleep", ["600"], { detached: true });
console.log("started " + child.pid + ".");
setInterval(() => {}, 1_000);`;
  const page = pageOf(["js file=nested.cjs", nested], ["sh terminal=one until=started", "node nested.cjs; true"]);
  run = await runPage(page, folder);
  const pid = Number(/started (\d+)\./.exec(run.printed())?.[1]);
  // Where nobody collects it, an ended process stays in the list as a zombie.
  const isRunning = (): boolean => /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", `${pid}`]).stdout.toString());
  expect(isRunning()).toBe(true);
  await run.close();
  await vi.waitUntil(() => !isRunning(), { timeout: 60_000 });
});

it("reads the blocks of lists without their indentation", () => {
  const page = `1. Do it:\n\n   ${fence}sh run\n   if true; then\n     echo\n   fi\n   ${fence}\n`;
  expect(readBlocks(page)).toEqual([
    { language: "sh", marks: { run: "" }, text: "if true; then\n  echo\nfi\n", line: 3 },
  ]);
});
