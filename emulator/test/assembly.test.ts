import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readAssembly } from "../assembly.ts";

const stack = { type: "aws:cloudformation:stack", properties: { templateFile: "One.template.json" } };

const write = async (artifacts: object): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "emulator-assembly-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const files = {
    "manifest.json": { version: "1", artifacts },
    "One.template.json": { Resources: { Jobs: { Type: "AWS::SQS::Queue" } } },
    "One.assets.json": {
      version: "1",
      files: {
        abc: {
          source: { path: "asset.abc", packaging: "zip" },
          destinations: { "current_account-current_region": { bucketName: "b", objectKey: "abc.zip" } },
        },
      },
    },
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), JSON.stringify(content));
  return directory;
};

test("a cloud assembly yields the template, and the directories of its assets", async () => {
  const directory = await write({ One: stack, Tree: { type: "cdk:tree" } });
  const { template, assetDirectory } = await readAssembly(directory);
  expect(Object.keys(template.Resources)).toEqual(["Jobs"]);
  expect(assetDirectory("abc.zip")).toBe(join(directory, "asset.abc"));
  expect(() => assetDirectory("other.zip")).toThrow("other.zip");
});

test.each([
  ["none", {}],
  ["two", { One: stack, Two: stack }],
])("a cloud assembly with %s stacks is refused", async (_name, artifacts) => {
  await expect(write(artifacts).then(readAssembly)).rejects.toThrow("exactly one stack");
});
