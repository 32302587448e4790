import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Stack } from "aws-cdk-lib";
import { onTestFinished } from "vitest";
import { createCheckedApp } from "../../cdk/app.ts";

/** A resource whose intrinsic functions are resolved to plain text. */
export interface Resource {
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Type: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Outputs: Readonly<Record<string, { readonly Value: string }>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

const newOutput = (): string => mkdtempSync(join(tmpdir(), "tidepost-infra-"));

/** Leaves bundling out, which takes most of a synthesis and has no part in what these tests look at. */
const createIn = (outdir: string, context: Readonly<Record<string, unknown>>): App =>
  createCheckedApp({ context: { "aws:cdk:bundling-stacks": [], ...context }, outdir });

/** Builds the app for a test, at whose end its output is removed. */
export const buildApp = (context: Readonly<Record<string, unknown>> = {}): App => {
  const outdir = newOutput();
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  return createIn(outdir, context);
};

/** The one stack of the app. */
export const stackOf = (app: App): Stack => {
  const stack = app.node.children.find((child) => "templateFile" in child);
  if (stack === undefined) throw new Error("The app has no stack.");
  return stack as Stack;
};

const synthesised = new Map<string, unknown>();

/** The template as CloudFormation gets it. The same context is synthesised once. */
export const synthRaw = (context: Readonly<Record<string, unknown>> = {}): unknown => {
  const settings = JSON.stringify(context);
  const known = synthesised.get(settings);
  if (known !== undefined) return known;
  const outdir = newOutput();
  try {
    const app = createIn(outdir, context);
    const { template } = app.synth().getStackByName(stackOf(app).stackName) as { readonly template: unknown };
    synthesised.set(settings, template);
    return template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

/**
 * The template in a form to assert on: logical ids without their hashes, a reference to a resource as that id (a queue's
 * URL as a URL), and the functions of CloudFormation evaluated.
 */
export const synthTemplate = (context?: Readonly<Record<string, unknown>>): Template =>
  resolveTemplate(synthRaw(context));

/** Resources of one type, by logical id. */
export const resourcesOf = <Properties = Readonly<Record<string, unknown>>>(
  template: Template,
  type: string,
): ReadonlyMap<string, Properties> =>
  new Map(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [id, resource.Properties as Properties]),
  );

const stableId = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}([0-9a-f]{40})?$/, "");

const pseudoParameters: Readonly<Record<string, string>> = {
  "AWS::AccountId": "111122223333",
  "AWS::Partition": "aws",
  "AWS::StackName": "Stack",
  "AWS::URLSuffix": "amazonaws.com",
};

/** The template with the functions of CloudFormation evaluated as in a region. */
export const resolveTemplate = (raw: unknown, region = "us-east-1"): Template => {
  const types = new Map(
    Object.entries((raw as Template).Resources).map(([id, resource]) => [stableId(id), resource.Type]),
  );
  if (types.size !== Object.keys((raw as Template).Resources).length)
    throw new Error("Two ids differ in their hash only.");

  const reference = (logicalId: string): string => {
    const id = stableId(logicalId);
    const isQueue = types.get(id) === "AWS::SQS::Queue";
    if (logicalId === "AWS::Region") return region;
    return pseudoParameters[logicalId] ?? (isQueue ? `https://sqs.us-east-1.amazonaws.com/111122223333/${id}` : id);
  };

  const evaluate = (name: string, argument: unknown): unknown => {
    const list = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    switch (name) {
      case "Ref":
        return reference(String(argument));
      case "Fn::GetAtt":
        return list[1] === "Arn" ? stableId(String(list[0])) : `${stableId(String(list[0]))}.${String(list[1])}`;
      case "Fn::Join":
        return (resolve(list[1]) as readonly string[]).join(String(list[0]));
      case "Fn::Split":
        return String(resolve(list[1])).split(String(list[0]));
      case "Fn::Select":
        return (resolve(list[1]) as readonly string[])[Number(list[0])] ?? "";
      case "Fn::Sub":
        return String(argument).replaceAll(/\$\{([^}]+)\}/g, (_, logicalId: string) => reference(logicalId));
      default:
        return undefined;
    }
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    const evaluated = entries.length === 1 && first !== undefined ? evaluate(first[0], first[1]) : undefined;
    return evaluated ?? Object.fromEntries(entries.map(([key, child]) => [key, resolve(child)]));
  };

  const { Outputs, Resources } = raw as Template;
  return {
    Outputs: resolve(Outputs) as Template["Outputs"],
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => {
        const { DependsOn = [], ...rest } = resource;
        const dependsOn = [DependsOn].flat().map(stableId).toSorted();
        return [
          stableId(id),
          {
            ...(resolve({ ...rest, Properties: rest.Properties ?? {} }) as Resource),
            ...(dependsOn.length > 0 && { DependsOn: dependsOn }),
          },
        ];
      }),
    ),
  };
};
