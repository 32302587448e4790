import { expect, onTestFinished, test, vi } from "vitest";
import { readAssembly } from "../assembly.ts";
import { type Runtime, type RuntimeOptions, startRuntime } from "../start-runtime.ts";
import { roleWith, writeGuestbook } from "./fixture-guestbook.ts";

const start = async (more: object = {}, onFunctionLog?: RuntimeOptions["onFunctionLog"]): Promise<Runtime> => {
  const directory = await writeGuestbook(more);
  const assembly = async () => await readAssembly(directory);
  const runtime = await startRuntime({ assembly, ...(onFunctionLog !== undefined && { onFunctionLog }) });
  onTestFinished(runtime.stop);
  return runtime;
};

test("any stack runs: what a client posts comes back from the table, by way of the queue", async () => {
  const { apiUrl } = await start();
  expect(apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/live$/);
  const texts = ["one", "two", "drei äöü"];
  for (const text of texts) {
    const { status } = await fetch(`${apiUrl}/entries`, { method: "POST", body: text });
    expect(status).toBe(202);
  }
  await vi.waitFor(
    async () => {
      const entries = (await (await fetch(`${apiUrl}/entries`)).json()) as readonly string[];
      expect(entries.toSorted()).toEqual(texts.toSorted());
    },
    { timeout: 60_000, interval: 200 },
  );
});

test("a function may do what its role allows, and nothing else", async () => {
  const lines: string[] = [];
  const { apiUrl } = await start({ Role: roleWith("dynamodb:Scan") }, ({ text }) => lines.push(text));
  expect((await fetch(`${apiUrl}/entries`)).status).toBe(200);
  expect((await fetch(`${apiUrl}/entries`, { method: "POST", body: "x" })).status).toBe(502);
  await vi.waitFor(
    () =>
      expect(lines.join("\n")).toMatch(
        /function:Sign is not authorized to perform: sqs:SendMessage on resource: \S+:Entries /,
      ),
    { timeout: 60_000 },
  );
});

const func = (Properties: object) => ({
  Type: "AWS::Lambda::Function",
  Properties: { Code: { S3Key: "Sign.zip" }, Handler: "index.handler", Runtime: "nodejs24.x", ...Properties },
});

test.each([
  ["a resource type", { Vault: { Type: "AWS::Backup::BackupVault" } }, /AWS::Backup::BackupVault/],
  ["a function's layers", { Other: func({ Layers: ["x"] }) }, /AWS::Lambda::Function Other: Layers /],
  ["another runtime", { Other: func({ Runtime: "python3.13" }) }, /AWS::Lambda::Function Other:[^]*Runtime/],
  [
    "notifications and versions of a bucket",
    { Files: { Type: "AWS::S3::Bucket", Properties: { NotificationConfiguration: {}, VersioningConfiguration: {} } } },
    /AWS::S3::Bucket Files: NotificationConfiguration, VersioningConfiguration /,
  ],
  [
    "content-based deduplication",
    { Other: { Type: "AWS::SQS::Queue", Properties: { ContentBasedDeduplication: true } } },
    /AWS::SQS::Queue Other: ContentBasedDeduplication /,
  ],
  [
    "a stream of a table",
    {
      Other: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
        },
      },
    },
    /AWS::DynamoDB::Table Other:[^]*streams of tables/,
  ],
])("a stack with %s that the emulator lacks does not start, and its name is told", async (_name, more, message) => {
  await expect(start(more)).rejects.toThrow(message);
});
