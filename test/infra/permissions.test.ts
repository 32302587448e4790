import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resourcesOf, synthTemplate, type Template } from "./template.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Resource: string | readonly string[];
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles: readonly string[];
}

interface Row {
  readonly role: string;
  readonly actions: string;
  readonly resource: string;
  readonly condition: string;
  readonly why: string;
}

/** A section of the reviewed table: a change there is a change of what a role may do. */
const reviewedRows = (heading: string): readonly Row[] => {
  const section =
    readFileSync("test/infra/permissions.md", "utf8").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| ") && !/^\| (role|-)/.test(line));
  return lines.map((line) => {
    const [, role = "", actions = "", resource = "", condition = "", why = ""] = line
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", ""));
    return { role, actions, resource, condition, why };
  });
};

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

const describeStatement = ({ Action, Condition = {}, Effect, Resource }: Statement): readonly string[] => {
  const conditions = Object.entries(Condition).flatMap(([operator, condition]) =>
    Object.entries(condition).map(([name, value]) => `${operator} ${name} ${value}`),
  );
  const effect = Effect === "Allow" ? "" : `${Effect.toLowerCase()} `;
  return listOf(Resource).map((resource) =>
    [`${effect}${listOf(Action).toSorted().join(" ")}`, resource, conditions.join(" and ")].join(" | "),
  );
};

const statementsOf = (template: Template): readonly string[] =>
  [...resourcesOf<Policy>(template, "AWS::IAM::Policy").values()]
    .flatMap(({ PolicyDocument, Roles }) =>
      PolicyDocument.Statement.flatMap(describeStatement).map((text) => `${Roles.join()} | ${text}`),
    )
    .toSorted();

const textOf = ({ role, actions, resource, condition }: Row): string =>
  [role, actions, resource, condition].join(" | ");

const template = synthTemplate();
const withEgress = synthTemplate({ staticEgress: "true" });
const withSes = synthTemplate({ sesEvents: "true" });
const withKept = synthTemplate({ maxKeepBodiesDays: "7" });
const policies = [...resourcesOf<Policy>(template, "AWS::IAM::Policy").values()];

describe("statements of roles", () => {
  it("are those of the reviewed table and no other", () => {
    expect(statementsOf(template)).toEqual(reviewedRows("Every deployment").map(textOf).toSorted());
  });

  it.each([
    ["the network with fixed addresses", withEgress, "With staticEgress"],
    ["the source of Amazon SES's documents", withSes, "With sesEvents"],
    ["kept bodies", withKept, "With maxKeepBodiesDays"],
  ])("grow by those of %s", (_, of, heading) => {
    const others = new Set(statementsOf(template));
    const added = statementsOf(of).filter((text) => !others.has(text));
    expect(added).toEqual(reviewedRows(heading).map(textOf).toSorted());
  });

  it("are each there for a reason", () => {
    const rows = ["Every deployment", "With maxKeepBodiesDays", "With sesEvents", "With staticEgress"].flatMap(
      reviewedRows,
    );
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  it("name no wildcard action, and no wildcard resource that the table does not have", () => {
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(10);
    expect(statements.flatMap(({ Action }) => listOf(Action)).filter((action) => action.includes("*"))).toEqual([]);
    const wildcards = statements.flatMap(({ Resource }) => listOf(Resource)).filter((name) => name.includes("*"));
    expect([...new Set(wildcards)].toSorted()).toEqual([
      "StorageBucket/aws/lambda/*",
      "StorageBucket/batches/*",
      "StorageBucket/begun/*",
      "StorageBucket/quarantine/*",
    ]);
  });
});

describe("roles", () => {
  it.each([
    ["by default", template],
    ["with fixed addresses", withEgress],
    ["with Amazon SES", withSes],
  ])("have a managed policy for API Gateway's logs only, and no inline one: %s", (_, of) => {
    const managed = Object.entries(of.Resources).flatMap(([id, { Properties }]) =>
      ((Properties["ManagedPolicyArns"] ?? []) as readonly string[]).map((arn) => `${id}: ${arn}`),
    );
    expect(managed).toEqual([
      "RestApiCloudWatchRole: arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    ]);
    expect(Object.values(of.Resources).filter(({ Properties }) => "Policies" in Properties)).toEqual([]);
  });

  it("are taken by AWS's own services only", () => {
    const principals = [...resourcesOf(withEgress, "AWS::IAM::Role")].map(([id, role]) => {
      const { Statement } = role["AssumeRolePolicyDocument"] as Policy["PolicyDocument"];
      return `${id}: ${JSON.stringify(Statement.map(({ Principal }) => Principal))}`;
    });
    expect(principals.length).toBeGreaterThan(6);
    expect(
      principals.filter(
        (text) => !/: \[\{"Service":"(lambda|apigateway|vpc-flow-logs)\.amazonaws\.com"\}\]$/.test(text),
      ),
    ).toEqual([]);
  });
});

it("opens resources to nobody: resource policies only deny, but for the key's account and the API's calls", () => {
  const documents = [
    ...resourcesOf<Policy>(template, "AWS::S3::BucketPolicy").values(),
    ...resourcesOf<Policy>(template, "AWS::SQS::QueuePolicy").values(),
  ];
  expect(documents).toHaveLength(7);
  const effects = documents.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(({ Effect }) => Effect));
  expect(new Set(effects)).toEqual(new Set(["Deny"]));

  expect(template.Resources["StorageWebhooksKey"]?.Properties["KeyPolicy"]).toMatchObject({
    Statement: [{ Principal: { AWS: "arn:aws:iam::111122223333:root" } }],
  });
  for (const permission of resourcesOf(template, "AWS::Lambda::Permission").values()) {
    expect(permission).toMatchObject({ Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" });
    expect(permission["SourceArn"]).toMatch(/^arn:aws:execute-api:us-east-1:111122223333:RestApi\//);
  }
});
