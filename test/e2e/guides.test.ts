import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { readBlocks } from "../support/guides/read-page.ts";
import { type PageRun, runPage } from "../support/guides/run-page.ts";
import { createWorkspace } from "../support/guides/workspace.ts";

let workspace: Awaited<ReturnType<typeof createWorkspace>>;
let run: PageRun | undefined;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterEach(async () => await run?.close());
afterAll(async () => await workspace.remove());

it.each([
  "guides/receive-your-first-batch",
  "guides/secure-a-receiver",
  "guides/handle-duplicates",
  "guides/move-from-momentum-or-sparkpost",
  "guides/take-only-the-events-you-want",
  "guides/tune-windows-and-batches",
  "receivers",
])("docs/%s.md works as it is written", async (name) => {
  const page = readBlocks(await readFile(`docs/${name}.md`, "utf8"));
  // What is for another folder, or explains a type, has no marks.
  const blocks = page.filter(({ marks }) => Object.keys(marks).length > 0);
  run = await runPage(blocks, workspace.folder);
  expect(blocks.length).toBeGreaterThan(5);
  expect(run.done).toBe(blocks.length);
  expect(page.length - blocks.length).toBeLessThanOrEqual(2);
});
