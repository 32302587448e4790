import { describe, expect, test } from "vitest";
import { readPermissions } from "../../access/permissions.ts";
import { evaluateTemplate } from "../../template/evaluate.ts";
import { identifyResource } from "../../template/resource-identity.ts";
import { templateSchema } from "../../template/template.ts";

const identify = (resource: Parameters<typeof identifyResource>[0]) =>
  identifyResource(resource, { sqs: "http://127.0.0.1:1" });

const jobs = "arn:aws:sqs:us-east-1:000000000000:Jobs";
const allow = (Action: string | readonly string[], Resource: unknown = "*", Effect = "Allow") => ({
  Effect,
  Action,
  Resource,
});
const documentOf = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });

/** What the function `F`, of role `Role`, may do in a template with these resources. */
const permissions = (
  resources: Readonly<Record<string, object>>,
  {
    role = { "Fn::GetAtt": ["Role", "Arn"] },
    properties = {},
  }: { readonly role?: unknown; readonly properties?: object } = {},
) => {
  const all = evaluateTemplate({
    template: templateSchema.parse({
      Resources: {
        Jobs: { Type: "AWS::SQS::Queue" },
        Role: { Type: "AWS::IAM::Role", Properties: properties },
        Other: { Type: "AWS::IAM::Role", Properties: {} },
        F: { Type: "AWS::Lambda::Function", Properties: { Role: role } },
        ...resources,
      },
    }),
    identify,
  });
  const f = all.find(({ logicalId }) => logicalId === "F");
  if (f === undefined) throw new Error("no function");
  return readPermissions(all, identify)(f);
};

const inline = (...statements: readonly object[]) =>
  permissions({}, { properties: { Policies: [{ PolicyName: "own", PolicyDocument: documentOf(...statements) }] } });

describe("a function may do", () => {
  test("nothing, if its role has no policy", () => {
    expect(permissions({})("sqs:SendMessage", jobs)).toBe(false);
  });

  test.each([
    ["a policy of the role itself", inline(allow("sqs:SendMessage", { "Fn::GetAtt": ["Jobs", "Arn"] }))],
    [
      "a policy that names the role",
      permissions({
        Policy: {
          Type: "AWS::IAM::Policy",
          Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: documentOf(allow("sqs:SendMessage", jobs)) },
        },
      }),
    ],
    [
      "a managed policy of the template that the role names",
      permissions(
        {
          Managed: {
            Type: "AWS::IAM::ManagedPolicy",
            Properties: { PolicyDocument: documentOf(allow("sqs:SendMessage", jobs)) },
          },
        },
        { properties: { ManagedPolicyArns: [{ Ref: "Managed" }] } },
      ),
    ],
  ])("what %s allows, and nothing else", (_name, may) => {
    expect(may("sqs:SendMessage", jobs)).toBe(true);
    expect(may("sqs:SendMessage", undefined)).toBe(true);
    expect(may("sqs:SendMessage", `${jobs}2`)).toBe(false);
    expect(may("sqs:DeleteMessage", jobs)).toBe(false);
  });

  test("nothing of what a policy of another role allows", () => {
    const Properties = { Roles: [{ Ref: "Other" }], PolicyDocument: documentOf(allow("sqs:*")) };
    expect(permissions({ Policy: { Type: "AWS::IAM::Policy", Properties } })("sqs:SendMessage", jobs)).toBe(false);
  });

  test.each([
    ["sqs:*", "*", true],
    ["*", jobs, true],
    ["SQS:sendmessage", jobs, true],
    ["sqs:Send?essage", `${jobs.slice(0, -1)}?`, true],
    ["sqs:Send*", "arn:aws:sqs:*:*:Jobs", true],
    ["sqs:Send", jobs, false],
    ["sqs.SendMessage", jobs, false],
    ["sqs:SendMessage", jobs.toLowerCase(), false],
  ])("what patterns match: %s on %s", (action, resource, expected) => {
    expect(inline(allow(action, resource))("sqs:SendMessage", jobs)).toBe(expected);
  });

  test("nothing that is denied", () => {
    const may = inline(allow("sqs:*"), allow(["sqs:DeleteMessage"], [jobs], "Deny"));
    expect(may("sqs:SendMessage", jobs)).toBe(true);
    expect(may("sqs:DeleteMessage", jobs)).toBe(false);
    expect(may("sqs:DeleteMessage", `${jobs}2`)).toBe(true);
  });

  test("what AWS's policies for functions allow", () => {
    const ManagedPolicyArns = ["AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole"].map(
      (name) => `arn:aws:iam::aws:policy/service-role/${name}`,
    );
    const may = permissions({}, { properties: { ManagedPolicyArns } });
    expect(may("sqs:ReceiveMessage", jobs)).toBe(true);
    expect(may("sqs:SendMessage", jobs)).toBe(false);
  });

  test("everything, if its role is none of the template's", () => {
    const may = permissions({}, { role: "arn:aws:iam::000000000000:role/elsewhere" });
    expect(may("sqs:SendMessage", jobs)).toBe(true);
  });
});

test.each([
  ["an element that turns names around", { ...allow("x"), Action: undefined, NotAction: "sqs:*" }, /NotAction/],
  ["no resource", { Effect: "Allow", Action: "sqs:*" }, /Resource/],
])("a policy with %s is an error that names it", (_name, statement, message) => {
  expect(() => inline(statement)).toThrow(/Role\/own/);
  expect(() => inline(statement)).toThrow(message);
});

test("a policy of AWS that is not known is an error that names it", () => {
  const ManagedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"];
  expect(() => permissions({}, { properties: { ManagedPolicyArns } })).toThrow(/AdministratorAccess, a policy of Role/);
});
