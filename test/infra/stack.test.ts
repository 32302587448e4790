import { expect, it } from "vitest";
import { synthRaw, synthTemplate } from "./template.ts";

const template = synthTemplate();
const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].toSorted();

it("declares no custom resource, no VPC and nothing provisioned", () => {
  expect(types.length).toBeGreaterThan(15);
  expect(types.filter((type) => /^(Custom|AWS::CloudFormation|AWS::EC2|AWS::CDK)::/.test(type))).toEqual([]);
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
  expect(functions.filter(({ Properties }) => "VpcConfig" in Properties)).toEqual([]);
});

it("knows neither account nor region", () => {
  // The account of every emulator, by which the stack knows them, is nobody's.
  const text = JSON.stringify(synthRaw()).replaceAll("000000000000", "");
  expect(text).not.toMatch(/\b\d{12}\b|\b(us|eu|ap)-[a-z]+-\d\b/);
});

it("names what a person needs", () => {
  expect(Object.keys(template.Outputs).toSorted()).toEqual([
    "ApiKeysTableName",
    "ApiUrl",
    "BatchFunctionName",
    "BatchesTableName",
    "BucketName",
    "ConsoleUrl",
    "DashboardName",
    "DeliverFunctionName",
    "DeliveriesDeadLettersUrl",
    "DeliveriesRedriveMapping",
    "ReplaysDeadLettersUrl",
    "ReplaysRedriveMapping",
    "RetriesDeadLettersUrl",
    "RetriesRedriveMapping",
    "StreamMappingId",
    "StreamName",
    "WebhooksKeyArn",
    "WebhooksTableName",
  ]);
});

it("leaves the console out when the settings say so", () => {
  const without = synthTemplate({ console: "false" });
  expect(Object.keys(without.Resources).filter((id) => id.startsWith("Console"))).toEqual([]);
  expect(without.Outputs).not.toHaveProperty("ConsoleUrl");
});

it("matches the reviewed template", async () => {
  const normalised = JSON.stringify(template, null, 2).replaceAll(/[0-9a-f]{64}/g, "<asset>");
  await expect(`${normalised}\n`).toMatchFileSnapshot("__snapshots__/template.json");
});
