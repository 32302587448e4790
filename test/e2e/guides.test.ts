import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { apiClient } from "../support/api-client.ts";
import { type Block, readBlocks } from "../support/guides/read-page.ts";
import { type Desk, openDesk, runPage } from "../support/guides/run-page.ts";
import { createWorkspace } from "../support/guides/workspace.ts";
import { removeWebhooks } from "../support/join-tidepost.ts";

// The pages begin the same system, and build the same helper: both are done once, for the first page.
const systemTerminal = "tidepost";
const buildHelper = "npm run build:receiver\n";

let workspace: Awaited<ReturnType<typeof createWorkspace>>;
let desk: Desk;
/** Where the pages find the helper, and where it is kept between them. */
const helper = (): string => join(workspace.folder, "node_modules/tidepost-receiver");
const keptHelper = (): string => join(workspace.folder, "node_modules/.tidepost-receiver-of-earlier-page");
const shortcuts = new Map<string, () => Promise<void>>();
beforeAll(async () => {
  workspace = await createWorkspace();
  desk = await openDesk(workspace.folder);
});
afterEach(async () => {
  // A page that does not build it must not find it.
  if (existsSync(helper())) await rename(helper(), keptHelper());
  if (existsSync(keptHelper())) shortcuts.set(buildHelper, async () => await rename(keptHelper(), helper()));
  await desk.terminals.turnPage(systemTerminal);
  const baseUrl = `http://127.0.0.1:${desk.ports.get("4010")}/api/v1`;
  await removeWebhooks(apiClient({ baseUrl, key: "local-key" }));
});
afterAll(async () => {
  await desk.terminals.close();
  await workspace.remove();
});

const run = async (blocks: readonly Block[]) => await runPage(blocks, workspace.folder, { desk, shortcuts });

it.each([
  "guides/receive-your-first-batch",
  "guides/secure-a-receiver",
  "guides/handle-duplicates",
  "guides/find-an-event",
  "guides/move-from-momentum-or-sparkpost",
  "guides/take-only-the-events-you-want",
  "guides/tune-windows-and-batches",
  "receivers",
])("docs/%s.md works as it is written", async (name) => {
  const page = readBlocks(await readFile(`docs/${name}.md`, "utf8"));
  // What is for another folder, explains a type or shows a body has no marks.
  const blocks = page.filter(({ marks }) => Object.keys(marks).length > 0);
  // The system of the page before would hide that one is missing.
  expect(blocks.map(({ marks }) => marks["terminal"])).toContain(systemTerminal);
  const { done } = await run(blocks);
  expect(blocks.length).toBeGreaterThan(5);
  expect(done).toBe(blocks.length);
  expect(page.length - blocks.length).toBeLessThanOrEqual(3);
});

/** What the tutorial's sentences say of its blocks: the two programs that keep running, and the file. */
const marked = (block: Block): Block => {
  const { language, text } = block;
  const isFirstJson = language === "json" && text.includes('"name": "Example webhook"');
  if (isFirstJson) return { ...block, marks: { file: "webhook_example.json" } };
  if (text.startsWith("npm run dev")) return { ...block, marks: { terminal: systemTerminal, until: "Ready" } };
  if (text.startsWith("node -e")) return { ...block, marks: { terminal: "receiver", port: "8080" } };
  return language === "sh" ? { ...block, marks: { run: "" } } : block;
};

it("the tutorial works word for word: a click arrives, byte for byte", async () => {
  const tutorial = await readFile("docs/tutorial.md", "utf8");
  const page = await run(readBlocks(tutorial).map(marked));
  expect(page.done).toBe(5);
  const click = /-d '(\{"msys".*\})'/.exec(tutorial)?.[1] ?? "";
  await page.expect([`[${click}]`]);
  expect(page.printed()).toContain('[{"msys":{}}]');
  expect(page.printed()).toMatch(/"accepted":1,"rejected":0/);
});

it("the README's receiver takes a batch", async () => {
  const receiver = readBlocks(await readFile("README.md", "utf8")).find(({ marks }) => marks["file"] !== undefined);
  const block = (marks: Block["marks"], text: string): Block => ({ language: "sh", marks, text, line: 0 });
  const body = '[{"msys":{"message_event":{"type":"bounce","rcpt_to":"ann@example.org"}}}]';
  const headers = '-H "X-MessageSystems-Webhook-Token: t" -H "X-MessageSystems-Batch-ID: 7f3c"';
  const page = await run([
    block({ run: "" }, buildHelper),
    ...(receiver === undefined ? [] : [receiver]),
    block({ terminal: "receiver", port: "8080" }, "WEBHOOK_TOKEN=t node receiver.mjs\n"),
    block({ run: "" }, `curl -sS http://127.0.0.1:8080/ ${headers} -d '${body}'\n`),
  ]);
  expect(page.done).toBe(4);
  await page.expect(["7f3c ann@example.org"]);
});
