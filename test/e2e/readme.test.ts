import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Block, readBlocks } from "../support/guides/read-page.ts";
import { type PageRun, runPage } from "../support/guides/run-page.ts";
import { createWorkspace } from "../support/guides/workspace.ts";

let workspace: Awaited<ReturnType<typeof createWorkspace>>;
let run: PageRun | undefined;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(async () => {
  await run?.close();
  await workspace.remove();
});

/** What the tutorial's sentences say of its blocks: the two programs that keep running, and the file. */
const marked = (block: Block): Block => {
  const { language, text } = block;
  const isFirstJson = language === "json" && text.includes('"name": "Example webhook"');
  if (isFirstJson) return { ...block, marks: { file: "webhook_example.json" } };
  if (text.startsWith("npm run dev")) return { ...block, marks: { terminal: "system", until: "Ready" } };
  if (text.startsWith("node -e")) return { ...block, marks: { terminal: "receiver", port: "8080" } };
  return language === "sh" ? { ...block, marks: { run: "" } } : block;
};

it("the tutorial works word for word: a click arrives, byte for byte", async () => {
  const tutorial = await readFile("docs/tutorial.md", "utf8");
  const blocks = readBlocks(tutorial).map(marked);
  run = await runPage(blocks, workspace.folder);
  expect(run.done).toBe(5);
  const click = /-d '(\{"msys".*\})'/.exec(tutorial)?.[1] ?? "";
  await run.expect([`[${click}]`]);
  expect(run.printed()).toContain('[{"msys":{}}]');
  expect(run.printed()).toMatch(/"accepted":1,"rejected":0/);
  await run.close();
});

it("the README's receiver takes a batch", async () => {
  const receiver = readBlocks(await readFile("README.md", "utf8")).find(({ marks }) => marks["file"] !== undefined);
  const block = (marks: Block["marks"], text: string): Block => ({ language: "sh", marks, text, line: 0 });
  const body = '[{"msys":{"message_event":{"type":"bounce","rcpt_to":"ann@example.org"}}}]';
  const headers = '-H "X-MessageSystems-Webhook-Token: t" -H "X-MessageSystems-Batch-ID: 7f3c"';
  run = await runPage(
    [
      block({ run: "" }, "npm run build:receiver\n"),
      ...(receiver === undefined ? [] : [receiver]),
      block({ terminal: "receiver", port: "8080" }, "WEBHOOK_TOKEN=t node receiver.mjs\n"),
      block({ run: "" }, `curl -sS http://127.0.0.1:8080/ ${headers} -d '${body}'\n`),
    ],
    workspace.folder,
  );
  expect(run.done).toBe(4);
  await run.expect(["7f3c ann@example.org"]);
});
