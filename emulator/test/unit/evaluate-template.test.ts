import { describe, expect, test } from "vitest";
import { evaluateTemplate } from "../../template/evaluate.ts";
import { identifyResource } from "../../template/resource-identity.ts";
import { templateSchema } from "../../template/template.ts";

const endpoints = { sqs: "http://127.0.0.1:1" };

const evaluate = (template: object) => {
  const resources = evaluateTemplate({
    template: templateSchema.parse(template),
    identify: (resource) => identifyResource(resource, endpoints),
  });
  return new Map(resources.map(({ logicalId, properties }) => [logicalId, properties]));
};

/** Evaluates one value within a small template. */
const valueOf = (value: unknown): unknown =>
  evaluate({
    Parameters: { Size: { Type: "Number", Default: 3 } },
    Mappings: { Sizes: { "us-east-1": { small: "s" } } },
    Conditions: {
      Yes: { "Fn::Equals": [{ Ref: "Size" }, 3] },
      No: { "Fn::Not": [{ Condition: "Yes" }] },
      Both: { "Fn::And": [{ Condition: "Yes" }, { "Fn::Or": [{ Condition: "No" }, { Condition: "Yes" }] }] },
    },
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue" },
      Files: { Type: "AWS::S3::Bucket" },
      Key: { Type: "AWS::KMS::Key" },
      Subject: { Type: "AWS::Lambda::Function", Properties: { value } },
    },
  }).get("Subject")?.["value"];

describe("intrinsic functions", () => {
  test.each([
    ["Ref of a parameter", { Ref: "Size" }, 3],
    ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
    ["Ref of a queue", { Ref: "Jobs" }, "http://127.0.0.1:1/000000000000/Jobs"],
    ["Ref of a bucket", { Ref: "Files" }, "files"],
    ["GetAtt as a list", { "Fn::GetAtt": ["Jobs", "Arn"] }, "arn:aws:sqs:us-east-1:000000000000:Jobs"],
    ["GetAtt as text", { "Fn::GetAtt": "Jobs.QueueName" }, "Jobs"],
    ["GetAtt of a resource without a local effect", { "Fn::GetAtt": ["Key", "Arn"] }, expect.stringContaining("Key")],
    ["Join", { "Fn::Join": ["-", ["a", { Ref: "Size" }, "b"]] }, "a-3-b"],
    ["Sub", { "Fn::Sub": "${AWS::Partition}/${Jobs.QueueName}/${!Plain}" }, "aws/Jobs/${Plain}"],
    ["Sub with variables", { "Fn::Sub": ["${a}${Size}", { a: { Ref: "Files" } }] }, "files3"],
    ["Select of Split", { "Fn::Select": [1, { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    ["If", { "Fn::If": ["No", "yes", "no"] }, "no"],
    ["If with nested conditions", { "Fn::If": ["Both", "yes", "no"] }, "yes"],
    ["FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "AWS::Region" }, "small"] }, "s"],
    ["NoValue in an object", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
    ["NoValue in a list", [1, { Ref: "AWS::NoValue" }], [1]],
    ["a policy's Condition", { Condition: { Bool: { a: "b" } } }, { Condition: { Bool: { a: "b" } } }],
  ])("%s", (_name, value, expected) => {
    expect(valueOf(value)).toEqual(expected);
  });

  test.each([
    ["an unknown function", { "Fn::Cidr": ["10.0.0.0/8", 1, 1] }, "Fn::Cidr"],
    ["an unknown resource", { Ref: "Nobody" }, "Nobody"],
    ["an unknown attribute", { "Fn::GetAtt": ["Jobs", "Color"] }, "Color"],
    ["an unknown condition", { "Fn::If": ["Maybe", 1, 2] }, "Maybe"],
    ["an element that is not there", { "Fn::Select": [2, ["a"]] }, "2"],
  ])("%s is an error that names it", (_name, value, text) => {
    expect(() => valueOf(value)).toThrow(text);
  });
});

test("a parameter without a default is an error that names it", () => {
  const template = {
    Parameters: { Secret: { Type: "String" } },
    Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "Secret" } } } },
  };
  expect(() => evaluate(template)).toThrow("Secret");
});

test("a resource whose condition is false is left out", () => {
  const template = {
    Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
    Resources: { Jobs: { Type: "AWS::SQS::Queue", Condition: "Never" }, Files: { Type: "AWS::S3::Bucket" } },
  };
  expect([...evaluate(template).keys()]).toEqual(["Files"]);
});

test("resources may refer to each other", () => {
  const resources = evaluate({
    Resources: {
      A: { Type: "AWS::SQS::Queue", Properties: { Other: { "Fn::GetAtt": ["B", "Arn"] } } },
      B: { Type: "AWS::SQS::Queue", Properties: { Other: { "Fn::GetAtt": ["A", "Arn"] } } },
    },
  });
  expect(resources.get("A")?.["Other"]).toBe("arn:aws:sqs:us-east-1:000000000000:B");
});

test("a circle of names is an error instead of an endless loop", () => {
  const template = {
    Resources: {
      A: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": ["B", "QueueName"] } } },
      B: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": ["A", "QueueName"] } } },
    },
  };
  expect(() => evaluate(template)).toThrow("circle");
});

test("a resource type that the runtime does not know is an error that names it", () => {
  const template = {
    Resources: {
      Net: { Type: "AWS::EC2::VPC" },
      Ref: { Type: "AWS::S3::Bucket", Properties: { BucketName: { Ref: "Net" } } },
    },
  };
  expect(() => evaluate(template)).toThrow("AWS::EC2::VPC");
});
