import type { Command } from "commander";
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

  it("is right in that every command takes the common options", async () => {
    const leaves = (command: Command): readonly Command[] =>
      command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
    for (const command of leaves(await createProgram(async () => undefined))) {
      const flags = command.options.map(({ long }) => long);
      expect(flags, command.name()).toEqual(expect.arrayContaining(["--json", "--quiet", "--no-color", "--debug"]));
    }
  });
});
