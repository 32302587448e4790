import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Assembly } from "../assembly.ts";
import { templateSchema } from "../template/template.ts";

/** A function of a fixture: the body of its module, which exports `handler`. */
export interface FixtureFunction {
  readonly code: string;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, unknown>>;
}

export interface FixtureStack {
  readonly functions: Readonly<Record<string, FixtureFunction>>;
  readonly resources?: Readonly<Record<string, object>>;
}

const functionResource = (name: string, { timeoutSeconds = 10, environment = {} }: FixtureFunction) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { S3Bucket: "assets", S3Key: name },
    Handler: "index.handler",
    Runtime: "nodejs24.x",
    Timeout: timeoutSeconds,
    MemorySize: 128,
    Environment: { Variables: environment },
  },
});

/** Writes a fixture's functions to a directory and describes the stack as a synthesis would. */
export const fixtureAssembly = async (directory: string, { functions, resources }: FixtureStack): Promise<Assembly> => {
  for (const [name, { code }] of Object.entries(functions)) {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, "index.mjs"), code);
  }
  const declared = Object.entries(functions).map(([name, definition]) => [name, functionResource(name, definition)]);
  return {
    template: templateSchema.parse({ Resources: { ...resources, ...Object.fromEntries(declared) } }),
    assetDirectory: (key) => join(directory, key),
  };
};
