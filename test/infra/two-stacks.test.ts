import { describe, expect, it } from "vitest";
import { resolveTemplate, resourcesOf, synthRaw, type Template } from "./template.ts";

/** With everything that settings add. */
const settings = {
  alarmEmail: "operations@example.com",
  certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d",
  createApiLogRole: "false",
  staticEgress: "true",
};
const nameProperties =
  /^(Name|(Alarm|Alias|Bucket|Dashboard|Domain|Function|Group|LogGroup|Queue|Role|Rule|Stream|Table|Topic)Name)$/;
/** Named within the role, the API, or the zone that belongs to one stack. */
const innerTypes = new Set(["AWS::ApiGateway::Authorizer", "AWS::ApiGateway::BasePathMapping", "AWS::IAM::Policy"]);

const synth = (stackName: string): Template => {
  const context = { ...settings, domainName: `${stackName.toLowerCase()}.example.com`, stackName };
  const { Outputs, Resources } = synthRaw(context) as Template;
  // Some types have no properties at all.
  const complete = Object.entries(Resources).map(([id, resource]) => [
    id,
    "Properties" in resource ? resource : { ...(resource as object), Properties: {} },
  ]);
  return { Outputs, Resources: Object.fromEntries(complete) as Template["Resources"] };
};

/** Names that are the same wherever the template is deployed, by the resource that has them. */
const fixedNames = (template: Template): readonly (readonly [id: string, name: string])[] =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => !innerTypes.has(Type))
    .flatMap(([id, { Properties }]) =>
      Object.entries(Properties).flatMap(([property, value]) =>
        nameProperties.test(property) && typeof value === "string" ? [[id, value] as const] : [],
      ),
    );

describe("two stacks in one account and region", () => {
  const first = synth("First");
  const second = synth("Second");

  it("share no physical name", () => {
    const names = fixedNames(first).map(([, name]) => name);
    const others = new Set(fixedNames(second).map(([, name]) => name));
    expect(names).toContain("First");
    expect(names.filter((name) => others.has(name))).toEqual([]);
  });

  it("have no names but those of API, dashboard and domain, which carry the stack's", () => {
    for (const [id, name] of fixedNames(first)) expect(`${id}: ${name}`).toMatch(/: first(\.example\.com)?$/i);
    const [alarm] = Object.values(first.Resources).filter(({ Properties }) => "AlarmName" in Properties);
    expect(alarm?.Properties["AlarmName"]).toEqual({
      "Fn::Join": ["", [{ Ref: "AWS::StackName" }, "-StreamNotRead"]],
    });
  });

  it("export nothing, which another stack could have exported", () => {
    expect(Object.values(first.Outputs).filter((output) => "Export" in output)).toEqual([]);
  });

  it("count their metrics apart", () => {
    const text = JSON.stringify(first);
    expect(text).toContain('"Tidepost/",{"Ref":"AWS::StackName"}');
    expect(text).not.toMatch(/"Tidepost"/);
  });

  it("leave the account's one log role to whoever sets it, when told to", () => {
    const types = Object.values(first.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === "AWS::ApiGateway::Account")).toEqual([]);
  });
});

describe("stacks of one name in two regions of an account", () => {
  const dashboards = ["eu-west-1", "us-east-1"].map((region) => {
    const template = resolveTemplate(synthRaw(), region);
    return [...resourcesOf(template, "AWS::CloudWatch::Dashboard").values()].map((properties) =>
      String(properties["DashboardName"]),
    );
  });

  it("have a dashboard each, though dashboards are global", () => {
    expect(dashboards).toEqual([["Tidepost-eu-west-1"], ["Tidepost-us-east-1"]]);
  });
});
