import { readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startEmulator } from "../../tools/deploy-emulator.ts";
import { readBlocks } from "../support/guides/read-page.ts";
import { type PageRun, runPage } from "../support/guides/run-page.ts";
import { createWorkspace } from "../support/guides/workspace.ts";
import { freePort } from "../support/tidepost.ts";

let workspace: Awaited<ReturnType<typeof createWorkspace>>;
let run: PageRun | undefined;
beforeAll(async () => {
  workspace = await createWorkspace();
  // Starting it makes its environment, which the copy shares.
  const emulator = await startEmulator({ port: await freePort() });
  await emulator.stop();
  await symlink(resolve(".venv"), join(workspace.folder, ".venv"));
});
afterAll(async () => {
  await run?.close();
  await workspace.remove();
});

it("docs/guides/test-against-an-emulator.md works as it is written", async () => {
  const blocks = readBlocks(await readFile("docs/guides/test-against-an-emulator.md", "utf8"));
  run = await runPage(blocks, workspace.folder);
  expect(run.done).toBe(blocks.length);
});
