import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const projectRoot = resolve(import.meta.dirname, "../..");

/** One fault a file, with the rule that must find it. */
const planted: Readonly<Record<string, { readonly path: string; readonly source: string }>> = {
  "typescript(no-floating-promises)": {
    path: "shared/floating.ts",
    source: "export const run = (): void => {\n  Promise.resolve(1);\n};",
  },
  "typescript(no-misused-promises)": {
    path: "shared/misused.ts",
    source: "export const run = (list: string[]): void => list.forEach(async () => Promise.resolve());",
  },
  "typescript(await-thenable)": {
    path: "shared/await.ts",
    source: "export const run = async (count: number): Promise<number> => await count;",
  },
  "typescript(no-explicit-any)": {
    path: "shared/any.ts",
    source: "export const size = (list: any[]): number => list.length;",
  },
  "typescript(no-unsafe-return)": {
    path: "shared/unsafe.ts",
    source: "export const read = (text: string): string => JSON.parse(text);",
  },
  "typescript(switch-exhaustiveness-check)": {
    path: "shared/switch.ts",
    source:
      'export const run = (kind: "a" | "b"): void => {\n  switch (kind) {\n    case "a":\n      process.exitCode = 1;\n  }\n};',
  },
  "typescript(only-throw-error)": {
    path: "shared/throw.ts",
    source: 'export const fail = (): never => {\n  throw "text";\n};',
  },
  "typescript(no-non-null-assertion)": {
    path: "shared/non-null.ts",
    source: "export const first = (list: string[]): string => list[0]!;",
  },
  "node(no-process-env)": {
    path: "lambdas/api/handler.ts",
    source: 'export const region = process.env["AWS_REGION"];',
  },
  "eslint(no-console)": { path: "shared/console.ts", source: 'export const log = (): void => console.log("text");' },
  "import(extensions)": { path: "shared/extension.ts", source: 'export { text } from "./text";' },
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lint-"));
  for (const file of [".oxlintrc.json", "package.json", "tsconfig.json"]) {
    await cp(join(projectRoot, file), join(directory, file));
  }
  await symlink(join(projectRoot, "node_modules"), join(directory, "node_modules"));
});
afterAll(() => rm(directory, { recursive: true }));

const plant = async (path: string, source: string): Promise<void> => {
  await mkdir(join(directory, dirname(path)), { recursive: true });
  await writeFile(join(directory, path), source);
};

const lint = async (): Promise<string> => {
  // Without paths it would follow the link into node_modules.
  const oxlint = join(directory, "node_modules/.bin/oxlint");
  // oxlint ends with 1 when it finds something, which rejects with the output as a property.
  const { stdout } = await promisify(execFile)(oxlint, ["--format=unix", "lambdas", "shared"], {
    cwd: directory,
  }).catch((error: unknown) => error as { readonly stdout: string });
  return stdout;
};

it("finds every planted fault where it is", async () => {
  await plant("shared/text.ts", "export const text = 1;");
  await plant("lambdas/api/index.ts", 'export const region = process.env["AWS_REGION"];');
  for (const { path, source } of Object.values(planted)) await plant(path, source);

  const lines = (await lint()).split("\n");
  const found = Object.entries(planted).filter(([rule, { path }]) =>
    lines.some((line) => line.startsWith(`${path}:`) && line.includes(rule)),
  );
  expect(found.map(([rule]) => rule)).toEqual(Object.keys(planted));
  expect(lines.filter((line) => /^(shared\/text|lambdas\/api\/index)\.ts/.test(line))).toEqual([]);
});
