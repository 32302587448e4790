import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { clientTypesFile } from "../../tools/client-types.ts";
import { eventTypesFile } from "../../tools/event-types.ts";

it("the receiver's types are those of the event catalogue: npm run event-types", () => {
  expect(readFileSync("receiver/event-types.ts", "utf8")).toBe(eventTypesFile());
});

it("the client's types are those of the OpenAPI document: npm run openapi", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidepost-written-"));
  try {
    const file = join(folder, "paths.ts");
    writeFileSync(file, clientTypesFile());
    writeFileSync(join(folder, ".oxfmtrc.json"), readFileSync(".oxfmtrc.json"));
    execFileSync(process.execPath, ["node_modules/oxfmt/bin/oxfmt", "--config", ".oxfmtrc.json", file]);
    expect(readFileSync("client/paths.ts", "utf8") === readFileSync(file, "utf8")).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
