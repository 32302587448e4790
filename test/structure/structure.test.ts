import { globSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkStructure, sourceFolders } from "../../tools/check-structure.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

describe("the project", async () => {
  const { modules, violations } = await checkStructure(projectRoot);

  it("keeps every rule", () => {
    expect(violations).toEqual([]);
  });

  it("is seen whole: a checker that reads no TypeScript finds no fault either", () => {
    const files = globSync(`{${sourceFolders.join(",")}}/**/*.{js,ts,tsx}`, { cwd: projectRoot });
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !modules.includes(file))).toEqual([]);
  });
});

/** A tree of modules that breaks one rule, which must be found and found alone. */
const planted: readonly { readonly rule: string; readonly files: Readonly<Record<string, string>> }[] = [
  {
    rule: "contract-is-data",
    files: { "shared/contract/limits.ts": 'import "node:fs";' },
  },
  {
    rule: "core-is-pure",
    files: {
      "shared/delivery/batch.ts": 'import { SQSClient } from "@aws-sdk/client-sqs";\nexport const client = SQSClient;',
    },
  },
  {
    rule: "core-is-pure",
    files: { "shared/delivery/batch.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;' },
  },
  {
    rule: "core-is-pure",
    files: {
      "shared/delivery/batch.ts": 'import type { Log } from "#shared/runtime/log.ts";\nexport type BatchLog = Log;',
      "shared/runtime/log.ts": "export type Log = string;",
    },
  },
  {
    rule: "adapters-know-one-technology",
    files: {
      "shared/adapters/s3/bodies.ts": 'import { log } from "#shared/runtime/log.ts";\nexport const bodies = log;',
      "shared/runtime/log.ts": "export const log = 1;",
    },
  },
  {
    rule: "adapters-know-one-technology",
    files: {
      "shared/adapters/s3/bodies.ts": 'import { queue } from "../sqs/queue.ts";\nexport const bodies = queue;',
      "shared/adapters/sqs/queue.ts": "export const queue = 1;",
    },
  },
  {
    rule: "runtime-knows-no-adapter",
    files: {
      "shared/runtime/log.ts": 'import { bodies } from "#shared/adapters/s3/bodies.ts";\nexport const log = bodies;',
      "shared/adapters/s3/bodies.ts": "export const bodies = 1;",
    },
  },
  {
    rule: "lambdas-are-islands",
    files: {
      "lambdas/api/index.ts": 'import { deliver } from "../deliver/index.ts";\nexport const handler = deliver;',
      "lambdas/deliver/index.ts": "export const deliver = 1;",
    },
  },
  {
    rule: "adapters-are-wired-in-index",
    files: {
      "lambdas/api/handler.ts":
        'import { bodies } from "#shared/adapters/s3/bodies.ts";\nexport const handler = bodies;',
      "shared/adapters/s3/bodies.ts": "export const bodies = 1;",
    },
  },
  {
    rule: "stack-knows-the-contract-only",
    files: {
      "cdk/app.ts": 'import { batch } from "#shared/delivery/batch.ts";\nexport const app = batch;',
      "shared/delivery/batch.ts": "export const batch = 1;",
    },
  },
  {
    rule: "cli-speaks-to-the-api-only",
    files: {
      "cli/commands/apply.ts": 'import { batch } from "#shared/delivery/batch.ts";\nexport const apply = batch;',
      "shared/delivery/batch.ts": "export const batch = 1;",
    },
  },
  {
    rule: "cli-works-on-a-stack-in-one-folder",
    files: {
      "cli/aws/run.ts": 'import { deliver } from "../../lambdas/deliver/handler.ts";\nexport const run = deliver;',
      "lambdas/deliver/handler.ts": "export const deliver = 1;",
    },
  },
  {
    rule: "console-speaks-to-the-api-only",
    files: {
      "console/app.tsx": 'import type { Batch } from "#shared/adapters/sqs/batch.ts";\nexport type App = Batch;',
      "shared/adapters/sqs/batch.ts": "export type Batch = string;",
    },
  },
  {
    rule: "local-starts-functions-by-their-entry",
    files: {
      "local/main.ts": 'import { handler } from "../lambdas/api/index.ts";\nexport const start = handler;',
      "lambdas/api/index.ts": "export const handler = 1;",
    },
  },
  {
    rule: "emulator-knows-no-product",
    files: {
      "emulator/start.ts": 'import { batch } from "#shared/delivery/batch.ts";\nexport const start = batch;',
      "shared/delivery/batch.ts": "export const batch = 1;",
    },
  },
  {
    rule: "producer-stands-alone",
    files: {
      "producer/index.ts": 'import { batch } from "#shared/delivery/batch.ts";\nexport const produce = batch;',
      "shared/delivery/batch.ts": "export const batch = 1;",
    },
  },
  {
    rule: "receiver-stands-alone",
    files: {
      "receiver/index.ts": 'import { batch } from "#shared/delivery/batch.ts";\nexport const receive = batch;',
      "shared/delivery/batch.ts": "export const batch = 1;",
    },
  },
  {
    rule: "nothing-imports-tests",
    files: {
      "tools/count.ts": 'import { builder } from "../test/support/builder.ts";\nexport const count = builder;',
      "test/support/builder.ts": "export const builder = 1;",
    },
  },
  {
    rule: "no-cycle",
    files: {
      "shared/delivery/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;',
      "shared/delivery/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;',
    },
  },
  { rule: "no-orphan", files: { "shared/delivery/alone.ts": "export const alone = 1;" } },
  {
    rule: "no-unresolvable",
    files: { "bench/main.ts": 'import { gone } from "./gone.ts";\nexport const main = gone;' },
  },
  {
    rule: "no-unlisted-package",
    files: { "bench/main.ts": 'import { parse } from "acorn";\nexport const main = parse;' },
  },
  {
    rule: "production-needs-production-packages",
    files: { "lambdas/api/index.ts": 'import { buildApp } from "fauxqs";\nexport const handler = buildApp;' },
  },
];

describe("a planted violation", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "structure-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(planted)("of $rule is found", async ({ files, rule }) => {
    const root = await mkdtemp(join(directory, "tree-"));
    await cp(join(projectRoot, "package.json"), join(root, "package.json"));
    await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const { violations } = await checkStructure(root);
    expect(new Set(violations.map((violation) => violation.split(":")[0]))).toEqual(new Set([rule]));
  });
});
