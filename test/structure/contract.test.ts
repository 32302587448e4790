import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const settings = "shared/contract/api/webhook-settings.ts";
const place = "  compression: openSetting(";
const field = '  added_by_a_test: openSetting(z.enum(["on", "off"]).meta({ description: "Made up." }), "off"),\n';

/** A copy of the project in which one schema has one field more, and nothing else is changed. */
let copy = "";
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "tidepost-contract-"));
  for (const part of ["cli", "console", "lambdas", "shared", "package.json", "tsconfig.json"]) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  const source = readFileSync(settings, "utf8");
  const [before, after, ...others] = source.split(place);
  if (after === undefined || others.length > 0) throw new Error(`${settings} has not one line '${place}'`);
  writeFileSync(join(copy, settings), `${before}${field}${place}${after}`);
});
afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** What a program prints that runs in the copy, as JSON. */
const run = (program: string): unknown => {
  const path = join(copy, "program.ts");
  writeFileSync(path, program);
  return JSON.parse(execFileSync(process.execPath, [path], { cwd: copy, encoding: "utf8" }));
};

/** What the compiler says of files in the copy, which a `tsconfig.json` there is for. */
const compile = (base: string, files: readonly string[]): readonly string[] => {
  writeFileSync(join(copy, "tsconfig.one.json"), JSON.stringify({ extends: `./${base}`, include: [], files }));
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "--project", "tsconfig.one.json", "--noEmit"], {
    cwd: copy,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => line !== "");
};

it("a field that is added to one schema is in the OpenAPI document, in requests and answers", () => {
  const found = run(`
    import { openApiDocument } from "./lambdas/api/openapi/create-document.ts";
    const { schemas } = openApiDocument().components;
    const names = ["NewWebhook", "WebhookChange", "Webhook"];
    console.log(JSON.stringify(names.map((name) => [
      schemas[name].properties.added_by_a_test,
      (schemas[name].required ?? []).includes("added_by_a_test"),
    ])));
  `);
  const shown = { type: "string", enum: ["on", "off"], description: "Made up." };
  const sent = { ...shown, type: ["string", "null"], enum: ["on", "off", null] };
  expect(found).toEqual([
    [{ ...sent, description: "Made up. Default: `off`." }, false],
    [sent, false],
    [shown, true],
  ]);
});

it("the API checks it, and has a value where a request has none", () => {
  const found = run(`
    import { readNewWebhook } from "./lambdas/api/webhooks/requests.ts";
    const body = { name: "x", target: "https://example.com", events: ["open"] };
    const read = (fields) => {
      try {
        return readNewWebhook(Buffer.from(JSON.stringify({ ...body, ...fields }))).added_by_a_test;
      } catch (error) {
        return error.message;
      }
    };
    console.log(JSON.stringify([read({}), read({ added_by_a_test: "on" }), read({ added_by_a_test: 5 })]));
  `);
  expect(found).toEqual(["off", "on", "'added_by_a_test' must be one of: on, off"]);
});

it("the command line reads it, also from a server that does not know it, and refuses what it cannot be", () => {
  const found = run(`
    import { createServer } from "node:http";
    import { once } from "node:events";
    import { readFileSync } from "node:fs";
    import { findWebhook } from "./cli/find.ts";
    const document = JSON.parse(readFileSync(${JSON.stringify(resolve("docs/openapi.json"))}, "utf8"));
    const answer = document.paths["/webhooks/{id}"].get.responses["200"].content["application/json"].example;
    const read = async (fields) => {
      const server = createServer((_, response) => {
        response.end(JSON.stringify({ results: { ...answer.results, ...fields } }));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const access = { url: "http://127.0.0.1:" + server.address().port, key: "k" };
      try {
        return (await findWebhook(access, answer.results.id)).added_by_a_test;
      } catch (error) {
        return error.name;
      } finally {
        server.close();
      }
    };
    const found = [];
    for (const fields of [{}, { added_by_a_test: "on" }, { added_by_a_test: 5 }]) found.push(await read(fields));
    console.log(JSON.stringify(found));
  `);
  expect(found).toEqual(["off", "on", "CliError"]);
});

/** What the compiler says of the command line, to which a reader of the field was added, and of the API. */
const compileCliAndApi = (): readonly string[] => {
  const reader = `
    import type { findWebhook } from "./find.ts";
    type Shown = Awaited<ReturnType<typeof findWebhook>>;
    export const read = (webhook: Shown): "on" | "off" => webhook.added_by_a_test;
  `;
  writeFileSync(join(copy, "cli/one.ts"), reader);
  return compile("tsconfig.json", ["cli/one.ts", "lambdas/api/webhooks/read.ts"]);
};
let ofCliAndApi: readonly string[] | undefined;

it("the console's and the command line's types have it", () => {
  const reader = `
    import type { useWebhook } from "./api/queries.ts";
    type Shown = NonNullable<ReturnType<typeof useWebhook>["data"]>;
    export const read = (webhook: Shown): "on" | "off" => webhook.added_by_a_test;
  `;
  writeFileSync(join(copy, "console/one.ts"), reader);
  expect(compile("console/tsconfig.json", ["console/one.ts"])).toEqual([]);
  const found = (ofCliAndApi ??= compileCliAndApi());
  expect(found.filter((line) => /^\S/.test(line) && !line.startsWith("lambdas/"))).toEqual([]);
});

it("the compiler asks the API to show it", () => {
  const found = (ofCliAndApi ??= compileCliAndApi());
  expect(found.join("\n")).toContain("Property 'added_by_a_test' is missing in type");
});
