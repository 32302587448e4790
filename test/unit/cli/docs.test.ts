import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../cli/program.ts";
import { withCommands } from "../../../tools/cli-docs.ts";

const page = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");

describe("docs/cli.md", () => {
  it("describes the commands as they are: npm run cli-docs writes it", async () => {
    expect(await withCommands(page)).toBe(page);
  });

  it("is written anew from what stands before the commands alone", async () => {
    expect(await withCommands(page.replace(/(\n### tidepost create\n)[\s\S]*/, "$1"))).toBe(page);
  });

  it("has a section for each command and says what each does", async () => {
    const program = await createProgram(async () => undefined);
    for (const command of program.commands) {
      expect(page).toMatch(new RegExp(`^### tidepost ${command.name()}\\n\\n[A-Z].{10,}`, "m"));
    }
  });
});
