import type { Node } from "constructs";
import { targetRangeProblem } from "./target-ranges.ts";
import type { WebhookStackProps } from "./webhook-stack.ts";

/** What an operator may set with `cdk deploy -c name=value`, or in the `context` of `cdk.json`. */
export interface Settings extends WebhookStackProps {
  /** Name of the CloudFormation stack. */
  readonly stackName: string;
}

const fail = (name: string, expected: string, value: unknown): never => {
  throw new Error(`Context value "${name}" must be ${expected}, not ${JSON.stringify(value)}.`);
};

// The CLI passes every value as a string; cdk.json passes JSON.
const readText = (node: Node, name: string, pattern: RegExp, expected: string): string | undefined => {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === "") return undefined;
  return typeof value === "string" && pattern.test(value) ? value : fail(name, expected, value);
};

const readBoolean = (node: Node, name: string): boolean | undefined => {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return undefined;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  return fail(name, "true or false", value);
};

const readInteger = (node: Node, name: string, range: { readonly from: number; readonly to: number }) => {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  const inRange = typeof number === "number" && Number.isInteger(number) && number >= range.from && number <= range.to;
  return inRange ? number : fail(name, `a whole number from ${range.from} to ${range.to}`, value);
};

const readTargetRanges = (node: Node): readonly string[] | undefined => {
  const name = "allowedTargetRanges";
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === "") return undefined;
  const allowLoopback = readBoolean(node, "allowLoopbackTargets") ?? false;
  const items: readonly unknown[] = typeof value === "string" ? value.split(",") : [value].flat();
  return items.map((item) => {
    const range = String(item).trim();
    const problem = targetRangeProblem(range, { allowLoopback });
    if (problem === undefined) return range;
    throw new Error(
      `Context value "${name}" must be CIDR ranges of a network of yours: ${JSON.stringify(range)} ${problem}.`,
    );
  });
};

/** Reads and checks the settings; a wrong value ends the synthesis with a sentence that names it. */
export const readSettings = (node: Node): Settings => {
  const optional = {
    alarmEmail: readText(node, "alarmEmail", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"),
    allowedTargetRanges: readTargetRanges(node),
    console: readBoolean(node, "console"),
    createApiLogRole: readBoolean(node, "createApiLogRole"),
    deliverReservedConcurrency: readInteger(node, "deliverReservedConcurrency", { from: 150, to: 100_000 }),
    publicBaseUrl: readText(
      node,
      "publicBaseUrl",
      /^https:\/\/[^\s/?#]+(\/[^\s?#]*)?\/api$/,
      "an https URL ending in /api",
    ),
    retainData: readBoolean(node, "retainData"),
    streamRetentionHours: readInteger(node, "streamRetentionHours", { from: 24, to: 8_760 }),
  };
  return {
    stackName:
      readText(node, "stackName", /^[A-Za-z][A-Za-z0-9-]{0,127}$/, "a CloudFormation stack name") ?? "Tidepost",
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as WebhookStackProps),
  };
};
