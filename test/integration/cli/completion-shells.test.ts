import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandTree, completionScript } from "../../../cli/commands/completion.ts";
import { createProgram } from "../../../cli/program.ts";

/** Few machines have all shells; where the project is checked, all must be there. */
const isExpected = (shell: string): boolean =>
  process.env["CI"] === "true" || spawnSync(shell, ["--version"]).status === 0;

const root = commandTree(await createProgram(async () => undefined));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-completion-"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe.runIf(isExpected("fish"))("completion in fish", () => {
  const offered = async (line: string): Promise<readonly string[]> => {
    const script = join(folder, "tidepost.fish");
    await writeFile(script, completionScript("fish", root));
    const command = `source ${script}; complete -C '${line}'`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", command], { encoding: "utf8" });
    expect(stderr).toBe("");
    const words = stdout.split("\n").map((row) => row.split("\t")[0] ?? "");
    return words.filter((word) => word !== "");
  };

  it("offers commands, subcommands, options and their choices", async () => {
    expect(await offered("tidepost rep")).toEqual(["replay"]);
    expect(await offered("tidepost keys c")).toEqual(["create"]);
    expect(await offered("tidepost keys create --st")).toEqual(["--stack"]);
    expect(await offered("tidepost create --auth ")).toEqual(["basic", "none", "oauth2"]);
  });
});

describe.runIf(isExpected("zsh"))("completion in zsh", () => {
  /** What a person gets who types that into a terminal, tabs included, in a shell that has just begun. */
  const typed = async (keys: string): Promise<string> => {
    await writeFile(join(folder, "_tidepost"), completionScript("zsh", root));
    const terminal = [
      "zmodload zsh/zpty",
      "zpty shell zsh -f -i",
      `zpty -w shell 'fpath=(${folder} $fpath); autoload -U compinit; compinit -u -D; tidepost() { print -r -- "<$*>" }; print rea"dy"'`,
      "zpty -r shell output '*ready*'",
      `zpty -w -n shell $'${keys}\\n'`,
      "zpty -r shell output '*<*>*'",
      'print -r -- "$output"',
    ].join("\n");
    const output = execFileSync("zsh", ["-f", "-c", terminal], { encoding: "utf8", timeout: 60_000 });
    return /<(?<line>[^>]*)>/.exec(output)?.groups?.["line"] ?? output;
  };

  it("completes a command, its subcommand and an option, from the first tab on", async () => {
    expect(await typed(String.raw`tidepost ke\tcr\t--gr\tx`)).toBe("keys create --grants x");
  });

  it("completes the choices of an option", async () => {
    expect(await typed(String.raw`tidepost create --auth oa\t`)).toBe("create --auth oauth2");
  });
});
