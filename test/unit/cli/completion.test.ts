import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../cli/program.ts";
import { commandTree, completionScript, flatten } from "../../../cli/commands/completion.ts";
import { runCli } from "../../support/cli.ts";

const root = commandTree(await createProgram(async () => undefined));

/** What bash offers after these words. */
const offered = (...words: readonly string[]): readonly string[] => {
  const line = ["tidepost", ...words].map((word) => `'${word}'`).join(" ");
  const script = `${completionScript("bash", root)}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _tidepost; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" }).trim().split("\n");
};

describe("tidepost completion", () => {
  it("offers commands, subcommands, options and their choices in bash", () => {
    expect(offered("rep")).toEqual(["replay"]);
    expect(offered("keys", "")).toEqual(expect.arrayContaining(["list", "create", "update", "delete"]));
    expect(offered("keys", "create", "--st")).toEqual(["--stack"]);
    expect(offered("list", "--state", "pa")).toEqual(["parked", "paused"]);
    expect(offered("create", "http://127.0.0.1/", "--auth", "o")).toEqual(["oauth2"]);
    expect(offered("completion", "z")).toEqual(["zsh"]);
    expect(offered("apply", "package.j")).toEqual(["package.json"]);
  });

  it("knows every command and option in fish", () => {
    const script = completionScript("fish", root);
    for (const { words, options } of flatten(root)) {
      for (const { flag } of options) {
        expect(script).toContain(`-n '__tidepost_at \\'${words.join(" ")}\\'' -l ${flag.slice(2)}`);
      }
    }
  });

  it("begins as zsh wants it", async () => {
    const { code, out } = await runCli(["completion", "zsh"]);
    expect(code).toBe(0);
    expect(out[0]).toBe("#compdef tidepost");
  });

  it("ends with 2 for a shell that it does not know", async () => {
    expect(await runCli(["completion", "tcsh"])).toMatchObject({
      code: 2,
      error: expect.stringContaining("bash, zsh, fish"),
    });
  });
});
