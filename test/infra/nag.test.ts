import { type App, Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance, ServerlessChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { expect, it } from "vitest";
import { buildApp, stackOf } from "./template.ts";

interface Acknowledgement {
  readonly id: string;
  readonly path: string;
  readonly reason: string;
}

const acknowledgementsOf = (root: IConstruct): readonly Acknowledgement[] =>
  root.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Readonly<Record<string, string>>))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ""), path: node.path, reason }))
      // The CDK acknowledges these for constructs of its own.
      .filter(({ id }) => !id.startsWith("CloudFormation-Validate::")),
  );

/** Runs every rule of the packs and lists what they find, acknowledged or not, as `path rule`. */
const findingsOf = (app: App): readonly string[] => {
  const findings: string[] = [];
  const note = (packName: string, params: IApplyRule) => {
    const { node, ruleSuffixOverride } = params;
    const id = `${packName}-${ruleSuffixOverride ?? params.rule.name}`;
    const result = params.rule(node);
    if (result === NagRuleCompliance.NON_COMPLIANT) findings.push(`${node.node.path} ${id}`);
    if (Array.isArray(result)) findings.push(...result.map((detail) => `${node.node.path} ${id}[${detail}]`));
  };
  class AllSolutionsFindings extends AwsSolutionsChecks {
    protected override applyRule(rule: IApplyRule): void {
      note(this.packName, rule);
    }
  }
  class AllServerlessFindings extends ServerlessChecks {
    protected override applyRule(rule: IApplyRule): void {
      note(this.packName, rule);
    }
  }
  new AllSolutionsFindings().validateScope(app);
  new AllServerlessFindings().validateScope(app);
  return findings;
};

/** With everything that settings may add. */
const everything = {
  alarmEmail: "operations@example.com",
  certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d",
  domainName: "webhooks.example.com",
  hostedZoneId: "Z0123456789ABC",
  sesEvents: "true",
  staticEgress: "true",
  streamMode: "provisioned",
  streamShards: "4",
  tracing: "true",
};

it("finds nothing that is not acknowledged", () => {
  const app = buildApp(everything);
  app.synth();
  expect(new AwsSolutionsChecks().validateScope(app).violations).toEqual([]);
  expect(new ServerlessChecks().validateScope(app).violations).toEqual([]);
});

it("acknowledges with a reason, and only what would be found below that construct", () => {
  const app = buildApp(everything);
  app.synth();
  const findings = findingsOf(app);
  const acknowledgements = acknowledgementsOf(app);
  expect(acknowledgements.length).toBeGreaterThan(10);
  const isFound = ({ id, path }: Acknowledgement) =>
    findings.some((finding) => finding.startsWith(`${path}/`) && finding.endsWith(` ${id}`));
  expect(acknowledgements.filter((acknowledgement) => !isFound(acknowledgement))).toEqual([]);
  expect(acknowledgements.filter(({ reason }) => reason.length < 40)).toEqual([]);
});

it("acknowledges nothing for the stack as a whole", () => {
  const app = buildApp();
  expect(acknowledgementsOf(app).filter(({ path }) => !path.includes("/"))).toEqual([]);
});

it("fails the synthesis of a planted violation", () => {
  const app = buildApp();
  new Bucket(stackOf(app), "Planted");
  expect(() => app.synth()).toThrow("AwsSolutions-S10");
});
