import type { Node } from "constructs";
import { batchWindowSeconds, maxKeptBodyDays, maxWindowRecords } from "#shared/contract/limits.ts";
import { deliverConcurrency, deliverConcurrencyDefaults, recordRetentionDefault } from "./delivery.ts";
import { streamModes } from "./event-stream.ts";
import {
  readBoolean,
  readChoice,
  readInteger,
  readIntegerOf,
  readText,
  readTexts,
  refuse,
  SettingError,
} from "./setting-readers.ts";
import type { WebhookStackProps } from "./stack-props.ts";
import { targetRangeProblem } from "./target-ranges.ts";

/** What an operator may set with `cdk deploy -c name=value`, or in the `context` of `cdk.json`. */
export interface Settings extends WebhookStackProps {
  /** Name of the CloudFormation stack. */
  readonly stackName: string;
}

/** Retentions that CloudWatch Logs has, in days. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 3_653] as const;
/** More executions than any account has been given. */
const maxConcurrency = 100_000;
/** A batch's record must outlive its message, which a queue keeps for four days. */
const minRecordRetentionDays = 5;

const readers = {
  accountConcurrency: (node, name) => readInteger(node, name, { from: 10, to: maxConcurrency }),
  alarmEmail: (node, name) => readText(node, name, email),
  alarmTopicArn: (node, name) => readText(node, name, topicArn),
  allowedTargetRanges: (node, name) => readTargetRanges(node, name),
  apiReservedConcurrency: (node, name) => readInteger(node, name, { from: 1, to: maxConcurrency }),
  batchReservedConcurrency: (node, name) => readInteger(node, name, { from: 1, to: maxConcurrency }),
  batchWindowSeconds: (node, name) => readInteger(node, name, { from: 1, to: batchWindowSeconds }),
  certificateArn: (node, name) => readText(node, name, certificateArn),
  console: (node, name) => readBoolean(node, name),
  createApiLogRole: (node, name) => readBoolean(node, name),
  deliverReservedConcurrency: (node, name) => readInteger(node, name, { from: 1, to: maxConcurrency }),
  deliveriesConcurrency: (node, name) => readInteger(node, name, { from: 2, to: 1_000 }),
  domainName: (node, name) => readText(node, name, domainName),
  hostedZoneId: (node, name) => readText(node, name, hostedZoneId),
  logRetentionDays: (node, name) => readIntegerOf(node, name, logRetentions),
  maxKeepBodiesDays: (node, name) => readInteger(node, name, { from: 0, to: maxKeptBodyDays }),
  parallelizationFactor: (node, name) => readInteger(node, name, { from: 1, to: 10 }),
  portalColor: (node, name) => readText(node, name, color),
  portalFrameOrigins: (node, name) => readTexts(node, name, frameOrigins),
  portalLogoUrl: (node, name) => readText(node, name, logoUrl),
  portalName: (node, name) => readText(node, name, portalName),
  publicBaseUrl: (node, name) => readText(node, name, baseUrl),
  recordRetentionDays: (node, name) => readInteger(node, name, { from: minRecordRetentionDays, to: 365 }),
  retainData: (node, name) => readBoolean(node, name),
  retriesConcurrency: (node, name) => readInteger(node, name, { from: 2, to: 1_000 }),
  sesCampaignTag: (node, name) => readText(node, name, sesTag),
  sesCustomer: (node, name) => readText(node, name, customer),
  sesCustomerTag: (node, name) => readText(node, name, sesTag),
  sesEvents: (node, name) => readBoolean(node, name),
  sesSubaccountTag: (node, name) => readText(node, name, sesTag),
  sesTopics: (node, name) => readTexts(node, name, topicArns),
  staticEgress: (node, name) => readBoolean(node, name),
  streamMode: (node, name) => readChoice(node, name, streamModes),
  streamRetentionHours: (node, name) => readInteger(node, name, { from: 24, to: 8_760 }),
  streamShards: (node, name) => readInteger(node, name, { from: 1, to: 10_000 }),
  keyManagementRequestsPerSecond: (node, name) => readInteger(node, name, { from: 1, to: 100_000 }),
  keyRequestsPerSecond: (node, name) => readInteger(node, name, { from: 1, to: 100_000 }),
  throttleBurst: (node, name) => readInteger(node, name, { from: 1, to: 100_000 }),
  throttleRequestsPerSecond: (node, name) => readInteger(node, name, { from: 1, to: 100_000 }),
  tracing: (node, name) => readBoolean(node, name),
  windowRecords: (node, name) => readInteger(node, name, { from: 1, to: maxWindowRecords }),
} as const satisfies {
  readonly [Name in keyof WebhookStackProps]-?: (node: Node, name: Name) => WebhookStackProps[Name] | undefined;
};

const email = { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, expected: "an e-mail address" };
const domainName = {
  pattern: /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  expected: "a domain name in lower case such as webhooks.example.com",
};
const certificateArn = {
  pattern: /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-zA-Z-]+$/,
  expected: "the ARN of a certificate in AWS Certificate Manager",
};
const hostedZoneId = { pattern: /^Z[A-Z0-9]{1,31}$/, expected: "the id of a Route 53 zone such as Z0123456789ABC" };
const baseUrl = {
  // It stands in pages and in shell commands as it is.
  pattern: /^https:\/\/[^\s/?#<>"'&\\$`]+(\/[^\s?#<>"'&\\$`]*)?\/api$/,
  expected: "an https URL ending in /api, without characters that markup or a shell would read",
};
// They stand in a policy, where a space, a comma or a semicolon would begin something else.
const host = String.raw`[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?`;
const loopback = String.raw`(localhost|127\.0\.0\.1)(:\d{1,5})?`;
const frameOrigins = {
  pattern: new RegExp(`^(https://${host}|http://${loopback})$`),
  expected: "https origins in lower case such as https://app.example.com, comma-separated; http for this machine alone",
};
const logoUrl = {
  pattern: new RegExp(`^https://${host}/[\\w./~%-]*$`),
  expected: "an https URL without a query such as https://static.example.com/logo.svg",
};
const color = { pattern: /^#[0-9a-fA-F]{6}$/, expected: "a colour such as #0b6e99" };
const portalName = {
  pattern: /^[^\p{Cc}\p{Z}](?:[^\p{Cc}]{0,62}[^\p{Cc}\p{Z}])?$/u,
  expected: "1 to 64 characters on one line",
};
const sesTag = { pattern: /^[A-Za-z0-9_-]{1,256}$/, expected: "the name of a message tag: letters, digits, _ and -" };
const topicArns = {
  pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  expected: "ARNs of SNS topics, comma-separated",
};
const topicArn = { pattern: topicArns.pattern, expected: "the ARN of a standard SNS topic" };
const customer = { pattern: /^[\x21-\x7e]{1,64}$/, expected: "1 to 64 visible ASCII characters" };
const stackName = { pattern: /^[A-Za-z][A-Za-z0-9-]{0,127}$/, expected: "a CloudFormation stack name" };

/** Every setting by name. */
export const settingNames = ["stackName", "allowLoopbackTargets", ...Object.keys(readers)].toSorted();

/** Reads and checks the settings; a wrong value ends the synthesis with a sentence that names it. */
export const readSettings = (node: Node): Settings => {
  refuseUnknown(node);
  const values = Object.entries(readers).map(([name, reader]) => [name, (reader as Reader)(node, name)] as const);
  const props = Object.fromEntries(values.filter(([, value]) => value !== undefined)) as WebhookStackProps;
  refuseContradictions(props);
  refuseWithoutSes(props);
  refuseWithoutConsole(props);
  return { stackName: readText(node, "stackName", stackName) ?? "Tidepost", ...props };
};

type Reader = (node: Node, name: string) => unknown;

/** A setting with a slip in its name would change nothing, in silence. Names of the CDK's own have other characters. */
const refuseUnknown = (node: Node): void => {
  const given = Object.keys(node.getAllContext() as Readonly<Record<string, unknown>>);
  const unknown = given.find((name) => /^[A-Za-z]+$/.test(name) && !settingNames.includes(name));
  if (unknown === undefined) return;
  throw new SettingError(`There is no setting "${unknown}". Settings are: ${settingNames.join(", ")}.`);
};

/** Settings that are right by themselves and wrong together. */
const refuseContradictions = (props: WebhookStackProps): void => {
  const { certificateArn: certificate, deliverReservedConcurrency, domainName: domain, streamShards } = props;
  if (deliverReservedConcurrency !== undefined) {
    const least = deliverConcurrency({ ...deliverConcurrencyDefaults, ...props });
    if (deliverReservedConcurrency < least) {
      const expected = `at least ${least}, which is what its mappings may take at once`;
      refuse("deliverReservedConcurrency", expected, deliverReservedConcurrency);
    }
  }
  const { maxKeepBodiesDays = 0, recordRetentionDays = recordRetentionDefault } = props;
  if (maxKeepBodiesDays > recordRetentionDays) {
    // Without its record nobody finds a body.
    const expected = `at most ${recordRetentionDays}, which is for how many days records are kept (recordRetentionDays)`;
    refuse("maxKeepBodiesDays", expected, maxKeepBodiesDays);
  }
  if (props.alarmEmail !== undefined && props.alarmTopicArn !== undefined) {
    refuse("alarmEmail", "left out with alarmTopicArn, whose subscribers hear of alarms", props.alarmEmail);
  }
  const isProvisioned = props.streamMode === "provisioned";
  if (isProvisioned && streamShards === undefined) refuse("streamShards", "set with streamMode=provisioned", "");
  if (!isProvisioned && streamShards !== undefined) {
    refuse("streamShards", "left out unless streamMode=provisioned", streamShards);
  }
  if (domain !== undefined && certificate === undefined) refuse("certificateArn", "set with domainName", "");
  for (const name of ["certificateArn", "hostedZoneId"] as const) {
    if (domain === undefined && props[name] !== undefined) refuse(name, "left out without domainName", props[name]);
  }
  if (domain !== undefined && props.publicBaseUrl !== undefined) {
    refuse("publicBaseUrl", "left out with domainName, which gives the base URL", props.publicBaseUrl);
  }
};

/** Settings of a part that is off would change nothing, in silence. */
const refuseWithoutSes = (props: WebhookStackProps): void => {
  if (props.sesEvents === true) return;
  for (const name of ["sesCampaignTag", "sesCustomer", "sesCustomerTag", "sesSubaccountTag", "sesTopics"] as const) {
    if (props[name] !== undefined) refuse(name, "left out unless sesEvents=true", props[name]);
  }
};

const refuseWithoutConsole = (props: WebhookStackProps): void => {
  if (props.console !== false) return;
  for (const name of ["portalColor", "portalFrameOrigins", "portalLogoUrl", "portalName"] as const) {
    if (props[name] !== undefined) refuse(name, "left out with console=false", props[name]);
  }
};

const readTargetRanges = (node: Node, name: string): readonly string[] | undefined => {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === "") return undefined;
  const allowLoopback = readBoolean(node, "allowLoopbackTargets") ?? false;
  const items: readonly unknown[] = typeof value === "string" ? value.split(",") : [value].flat();
  return items.map((item) => {
    const range = String(item).trim();
    const problem = targetRangeProblem(range, { allowLoopback });
    if (problem === undefined) return range;
    throw new SettingError(
      `Context value "${name}" must be CIDR ranges of a network of yours: ${JSON.stringify(range)} ${problem}.`,
    );
  });
};
