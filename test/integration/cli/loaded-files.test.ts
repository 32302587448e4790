import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** Prints each file of the project that a program loads, on standard error. */
const spy = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) {
  if (url.startsWith("file:") && !url.includes("/node_modules/")) process.stderr.write("loaded " + url + "\\n");
  return next(url, context);
} });`;

/** The files that a command loads, below the project's folder. What the command itself says is left aside. */
const loadedBy = (...args: readonly string[]): readonly string[] => {
  const hook = `data:text/javascript,${encodeURIComponent(spy)}`;
  const script = `"$0" --import "$1" cli/tidepost.js "\${@:2}" 2>&1 >/dev/null || true`;
  const env = { PATH: process.env["PATH"], XDG_CONFIG_HOME: "/nowhere", TIDEPOST_URL: "http://127.0.0.1:1/api" };
  const output = execFileSync("bash", ["-c", script, process.execPath, hook, ...args], { env, encoding: "utf8" });
  const root = `loaded file://${process.cwd()}/`;
  return output.split("\n").flatMap((line) => (line.startsWith(root) ? [line.slice(root.length)] : []));
};

it("a command loads its own code alone", () => {
  const files = loadedBy("list");
  expect(files).toContain("cli/commands/list.ts");
  expect(files.filter((file) => file.startsWith("cli/commands/"))).toEqual(["cli/commands/list.ts"]);
  expect(files.filter((file) => /^(local|lambdas|cli\/aws|shared\/adapters)\//.test(file))).toEqual([]);
  expect(files.length).toBeLessThan(40);
});

it("a name that is no command is compared with those of all", () => {
  expect(loadedBy("lsit").filter((file) => file.startsWith("cli/commands/")).length).toBeGreaterThan(20);
});
