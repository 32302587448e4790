/** The console that `npm run dev` builds. It takes a build each: too long for `npm test`. */
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startDevProcess } from "../support/dev-process.ts";
import { createWorkspace } from "../support/guides/workspace.ts";

describe("a console that has not been built", () => {
  /** A copy of the project with a console of its own. */
  const copyProject = async () => {
    const { folder, remove } = await createWorkspace();
    onTestFinished(remove);
    const document = join(folder, "console/index.html");
    const original = await readFile(document, "utf8");
    const title = `Tidepost ${randomUUID()}`;
    await writeFile(document, original.replace(/<title>.*<\/title>/, `<title>${title}</title>`));
    return { folder, title: `<title>${title}</title>` };
  };
  /** What the console's address answers, once it no longer says that it is being built. */
  const readConsole = async (lines: readonly string[]) => {
    const url = lines.map((line) => /✔ Console +(\S+)/.exec(line)?.[1]).find((found) => found !== undefined);
    for (;;) {
      const { status, text } = await fetch(url ?? "").then(async (answer) => ({
        status: answer.status,
        text: await answer.text(),
      }));
      if (status !== 503) return { status, text };
      await sleep(250);
    }
  };

  it("comes after the first batch", async () => {
    const { folder, title } = await copyProject();
    const { lines, printed } = startDevProcess(folder);
    await printed("First batch delivered");
    expect(await readConsole(lines)).toEqual({ status: 200, text: expect.stringContaining(title) });
  });

  it("stops nothing when it cannot be built, and comes when it is mended", async () => {
    const { folder, title } = await copyProject();
    const entry = join(folder, "console/main.tsx");
    const original = await readFile(entry, "utf8");
    await writeFile(entry, `${original}\nconst;\n`);
    const { lines, printed } = startDevProcess(folder);
    await printed("First batch delivered");
    await printed("The console could not be built.");
    expect(await readConsole(lines)).toEqual({ status: 500, text: expect.stringContaining("main.tsx") });
    await writeFile(entry, original);
    await printed("Reloaded Console");
    expect(await readConsole(lines)).toEqual({ status: 200, text: expect.stringContaining(title) });
  });
});
