import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { startServices } from "../../../emulator/start-services.ts";
import { type BatchStore, dedupe } from "../../../receiver/index.ts";
import { readBlocks } from "../../support/guides/read-page.ts";

let folder: string;
let services: Awaited<ReturnType<typeof startServices>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidepost-store-"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  services = await startServices(undefined);
});
afterAll(async () => {
  await services.stop();
  await rm(folder, { recursive: true });
});

it("the DynamoDB store of docs/receivers.md tells duplicates, also to another process", async () => {
  const name = "dynamodb-store.mjs";
  const block = readBlocks(await readFile("docs/receivers.md", "utf8")).find(({ marks }) => marks["file"] === name);
  await writeFile(join(folder, name), block?.text ?? "");
  const { dynamodbStore } = (await import(join(folder, name))) as {
    dynamodbStore: (client: unknown, tableName: string) => BatchStore;
  };
  await services.clients.dynamodb.send(
    new CreateTableCommand({
      TableName: "done",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const process = () => dedupe(dynamodbStore(documentClient(services.clients.dynamodb), "done"));
  const [one, another] = [process(), process()];
  await expect(one("a", () => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full");
  expect([await one("a", () => undefined), await another("a", () => undefined)]).toEqual(["done", "duplicate"]);
  expect(await another("b", () => undefined)).toBe("done");
});
