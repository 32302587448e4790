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

/** What the planted modules import: modules that keep every rule, and the egg, whose circle is found at the chicken. */
const imported: Readonly<Record<string, string>> = {
  "lambdas/deliver/handler.ts": "export const deliver = 1;",
  "shared/adapters/s3/bodies.ts": "export const bodies = 1;",
  "shared/adapters/sqs/queue.ts": "export const queue = 1;\nexport type Queue = string;",
  "shared/delivery/batch.ts": "export const batch = 1;",
  "shared/delivery/egg.ts": 'import { chicken } from "./chicken.ts";\nexport const egg = () => chicken;',
  "shared/runtime/log.ts": "export const log = 1;\nexport type Log = string;",
  "test/support/builder.ts": "export const builder = 1;",
};

/** Modules that break one rule each. */
const planted: readonly { readonly rule: string; readonly path: string; readonly source: string }[] = [
  { rule: "contract-is-data", path: "shared/contract/limits.ts", source: 'import "node:fs";' },
  {
    rule: "text-imports-nothing",
    path: "shared/text/with-core.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const text = batch;',
  },
  { rule: "text-imports-nothing", path: "shared/text/with-node.ts", source: 'import "node:util";' },
  { rule: "bulk-imports-nothing", path: "shared/bulk/with-node.ts", source: 'import "node:timers";' },
  {
    rule: "core-is-pure",
    path: "shared/delivery/package.ts",
    source: 'import { SQSClient } from "@aws-sdk/client-sqs";\nexport const client = SQSClient;',
  },
  {
    rule: "core-is-pure",
    path: "shared/delivery/built-in.ts",
    source: 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;',
  },
  {
    rule: "core-is-pure",
    path: "shared/delivery/type.ts",
    source: 'import type { Log } from "#shared/runtime/log.ts";\nexport type BatchLog = Log;',
  },
  {
    rule: "adapters-know-one-technology",
    path: "shared/adapters/s3/with-runtime.ts",
    source: 'import { log } from "#shared/runtime/log.ts";\nexport const bodies = log;',
  },
  {
    rule: "adapters-know-one-technology",
    path: "shared/adapters/s3/with-adapter.ts",
    source: 'import { queue } from "../sqs/queue.ts";\nexport const bodies = queue;',
  },
  {
    rule: "runtime-knows-no-adapter",
    path: "shared/runtime/telemetry.ts",
    source: 'import { bodies } from "#shared/adapters/s3/bodies.ts";\nexport const telemetry = bodies;',
  },
  {
    rule: "functions-decide-purely",
    path: "lambdas/deliver/with-client.ts",
    source: 'import { SQSClient } from "@aws-sdk/client-sqs";\nexport const client = SQSClient;',
  },
  {
    rule: "functions-decide-purely",
    path: "lambdas/deliver/with-file.ts",
    source: 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;',
  },
  {
    rule: "lambdas-are-islands",
    path: "lambdas/api/index.ts",
    source: 'import { deliver } from "../deliver/handler.ts";\nexport const handler = deliver;',
  },
  {
    rule: "adapters-are-wired-in-index",
    path: "lambdas/api/handler.ts",
    source: 'import { bodies } from "#shared/adapters/s3/bodies.ts";\nexport const handler = bodies;',
  },
  {
    rule: "stack-knows-the-contract-only",
    path: "cdk/app.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const app = batch;',
  },
  {
    rule: "cli-speaks-to-the-api-only",
    path: "cli/commands/apply.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const apply = batch;',
  },
  {
    rule: "cli-works-on-a-stack-in-one-folder",
    path: "cli/aws/run.ts",
    source: 'import { deliver } from "../../lambdas/deliver/handler.ts";\nexport const run = deliver;',
  },
  {
    rule: "console-speaks-to-the-api-only",
    path: "console/app.tsx",
    source: 'import type { Queue } from "#shared/adapters/sqs/queue.ts";\nexport type App = Queue;',
  },
  {
    rule: "console-speaks-to-the-api-only",
    path: "console/with-core.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const shown = batch;',
  },
  {
    rule: "local-starts-functions-by-their-entry",
    path: "local/main.ts",
    source: 'import { deliver } from "../lambdas/deliver/handler.ts";\nexport const start = deliver;',
  },
  {
    rule: "emulator-knows-no-product",
    path: "emulator/start.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const start = batch;',
  },
  {
    rule: "receiver-stands-alone",
    path: "receiver/index.ts",
    source: 'import { batch } from "#shared/delivery/batch.ts";\nexport const receive = batch;',
  },
  {
    rule: "nothing-imports-tests",
    path: "tools/count.ts",
    source: 'import { builder } from "../test/support/builder.ts";\nexport const count = builder;',
  },
  {
    rule: "no-cycle",
    path: "shared/delivery/chicken.ts",
    source: 'import { egg } from "./egg.ts";\nexport const chicken = () => egg;',
  },
  { rule: "no-orphan", path: "shared/delivery/alone.ts", source: "export const alone = 1;" },
  {
    rule: "no-unresolvable",
    path: "bench/gone.ts",
    source: 'import { gone } from "./nowhere.ts";\nexport const main = gone;',
  },
  {
    rule: "no-unlisted-package",
    path: "bench/package.ts",
    source: 'import { parse } from "acorn";\nexport const main = parse;',
  },
  {
    rule: "production-needs-production-packages",
    path: "lambdas/replay/index.ts",
    source: 'import { buildApp } from "fauxqs";\nexport const handler = buildApp;',
  },
];

describe("planted violations", () => {
  let root: string;
  /** Rules that each module breaks, as far as it breaks any. */
  let broken: Readonly<Record<string, readonly string[]>>;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "structure-"));
    await cp(join(projectRoot, "package.json"), join(root, "package.json"));
    await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
    const files = { ...imported, ...Object.fromEntries(planted.map(({ path, source }) => [path, source])) };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const { violations } = await checkStructure(root);
    const found = violations.map((violation) => /^(?<rule>[^:]+): (?<path>\S+) /.exec(violation)?.groups ?? {});
    broken = Object.fromEntries(
      Object.entries(Object.groupBy(found, ({ path = "" }) => path)).map(([path, list = []]) => [
        path,
        [...new Set(list.map(({ rule = "" }) => rule))],
      ]),
    );
  });
  afterAll(() => rm(root, { recursive: true }));

  it.each(planted)("of $rule in $path is found, and nothing else there", ({ path, rule }) => {
    expect(broken[path]).toEqual([rule]);
  });

  it("are all that is found", () => {
    expect(Object.keys(broken).toSorted()).toEqual(planted.map(({ path }) => path).toSorted());
  });
});
