/**
 * What Lambda calls init: loading a function's bundle, from the import to the exported handler. Each run is a process of its own
 * that imports the bundle of the synthesised stack with the variables that the stack gives it, without a cache of compiled
 * code, which Lambda has not either. Starting Node itself is not counted; Lambda keeps a started one.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readAssembly } from "../emulator/assembly.ts";
import { functionDefinition } from "../emulator/resources/functions.ts";
import { evaluateTemplate } from "../emulator/template/evaluate.ts";
import { identifyResource } from "../emulator/template/resource-identity.ts";
import { synthesise } from "../local/synthesise.ts";
import type { Benchmark } from "./support/benchmark.ts";

const runs = 7;
/** Nothing listens there: an init that called a service would not end well. */
const nowhere = "http://127.0.0.1:9";
const credentials = { accessKeyId: "nobody", secretAccessKey: "nothing" };
const endpoints = { credentials, dynamodb: nowhere, kinesis: nowhere, s3: nowhere, sns: nowhere, sqs: nowhere };

const script = (file: string): string =>
  `const startedAt = performance.now(); const { handler } = await import(${JSON.stringify(file)});
   if (typeof handler !== "function") throw new Error("no handler"); process.stdout.write(String(performance.now() - startedAt));`;

export const coldStart: Benchmark = {
  method: "Time to import a function's bundle in a new process, without a cache of compiled code.",
  run: async (report) => {
    const { assetDirectory, template } = await readAssembly(await synthesise());
    const identify = (resource: Parameters<typeof identifyResource>[0]) => identifyResource(resource, endpoints);
    const functions = evaluateTemplate({ template, identify })
      .filter(({ type }) => type === "AWS::Lambda::Function")
      .map((resource) =>
        functionDefinition(resource, {
          assetDirectory,
          endpoints,
          overrides: {},
          credentialsOf: () => endpoints.credentials,
        }),
      );
    for (const { environment, handlerFile, name } of functions) {
      report.progress(name);
      const file = pathToFileURL(join(handlerFile)).href;
      const durations = Array.from({ length: runs }, () =>
        Number(
          execFileSync(process.execPath, ["--input-type=module", "--eval", script(file)], {
            encoding: "utf8",
            env: { ...environment, NODE_DISABLE_COMPILE_CACHE: "1" },
          }),
        ),
      );
      report.figure({
        name: name.replace(/Function[0-9A-F]{8}$/, ""),
        size: "one bundle",
        unit: "ms",
        runs: durations,
      });
    }
  },
};
