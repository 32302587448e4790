import { Token } from "aws-cdk-lib";
import type { Node } from "constructs";
import { batchWindowSeconds, maxKeptBodyDays, maxWindowRecords } from "#shared/contract/limits.ts";
import { deliverConcurrency, deliverConcurrencyDefaults, recordRetentionDefault } from "./delivery.ts";
import { streamModes } from "./event-stream.ts";
import {
  type Given,
  readBoolean,
  readChoice,
  readInteger,
  readIntegerOf,
  readText,
  readTexts,
  refuse,
  SettingError,
} from "./setting-readers.ts";
import type { TidepostProps, WebhookStackProps } from "./stack-props.ts";
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
  accountConcurrency: (given, name) => readInteger(given, name, { from: 10, to: maxConcurrency }),
  alarmEmail: (given, name) => readText(given, name, email),
  alarmTopicArn: (given, name) => readText(given, name, topicArn),
  allowedTargetRanges: (given, name) => readTargetRanges(given, name),
  apiReservedConcurrency: (given, name) => readInteger(given, name, { from: 1, to: maxConcurrency }),
  batchReservedConcurrency: (given, name) => readInteger(given, name, { from: 1, to: maxConcurrency }),
  batchWindowSeconds: (given, name) => readInteger(given, name, { from: 1, to: batchWindowSeconds }),
  certificateArn: (given, name) => readText(given, name, certificateArn),
  console: (given, name) => readBoolean(given, name),
  createApiLogRole: (given, name) => readBoolean(given, name),
  deliverReservedConcurrency: (given, name) => readInteger(given, name, { from: 1, to: maxConcurrency }),
  deliveriesConcurrency: (given, name) => readInteger(given, name, { from: 2, to: 1_000 }),
  domainName: (given, name) => readText(given, name, domainName),
  hostedZoneId: (given, name) => readText(given, name, hostedZoneId),
  logRetentionDays: (given, name) => readIntegerOf(given, name, logRetentions),
  maxKeepBodiesDays: (given, name) => readInteger(given, name, { from: 0, to: maxKeptBodyDays }),
  parallelizationFactor: (given, name) => readInteger(given, name, { from: 1, to: 10 }),
  portalColor: (given, name) => readText(given, name, color),
  portalFrameOrigins: (given, name) => readTexts(given, name, frameOrigins),
  portalLogoUrl: (given, name) => readText(given, name, logoUrl),
  portalName: (given, name) => readText(given, name, portalName),
  publicBaseUrl: (given, name) => readText(given, name, baseUrl),
  recordRetentionDays: (given, name) => readInteger(given, name, { from: minRecordRetentionDays, to: 365 }),
  retainData: (given, name) => readBoolean(given, name),
  retriesConcurrency: (given, name) => readInteger(given, name, { from: 2, to: 1_000 }),
  sesCampaignTag: (given, name) => readText(given, name, sesTag),
  sesCustomer: (given, name) => readText(given, name, customer),
  sesCustomerTag: (given, name) => readText(given, name, sesTag),
  sesEvents: (given, name) => readBoolean(given, name),
  sesSubaccountTag: (given, name) => readText(given, name, sesTag),
  sesTopics: (given, name) => readTexts(given, name, topicArns),
  staticEgress: (given, name) => readBoolean(given, name),
  streamMode: (given, name) => readChoice(given, name, streamModes),
  streamRetentionHours: (given, name) => readInteger(given, name, { from: 24, to: 8_760 }),
  streamShards: (given, name) => readInteger(given, name, { from: 1, to: 10_000 }),
  keyManagementRequestsPerSecond: (given, name) => readInteger(given, name, { from: 1, to: 100_000 }),
  keyRequestsPerSecond: (given, name) => readInteger(given, name, { from: 1, to: 100_000 }),
  throttleBurst: (given, name) => readInteger(given, name, { from: 1, to: 100_000 }),
  throttleRequestsPerSecond: (given, name) => readInteger(given, name, { from: 1, to: 100_000 }),
  tracing: (given, name) => readBoolean(given, name),
  windowRecords: (given, name) => readInteger(given, name, { from: 1, to: maxWindowRecords }),
} as const satisfies {
  readonly [Name in keyof WebhookStackProps]-?: (given: Given, name: Name) => WebhookStackProps[Name] | undefined;
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
  refuseWrongTogether(props);
  return { stackName: readText(node, "stackName", stackName) ?? "Tidepost", ...props };
};

/** Checks what an app gives the construct as a setting is checked. A token has its value only at the deployment. */
export const checkProps = ({ alarmTopic, domain, ...props }: TidepostProps): void => {
  const isKnown = (value: unknown): boolean => ![value].flat().some((item) => Token.isUnresolved(item));
  const known = new Map<string, unknown>(Object.entries(props).filter(([, value]) => isKnown(value)));
  const given: Given = { tryGetContext: (name) => known.get(name) };
  for (const [name, reader] of Object.entries(readers)) (reader as Reader)(given, name);
  refuseWrongTogether({
    ...props,
    ...(alarmTopic === undefined ? {} : { alarmTopicArn: alarmTopic.topicArn }),
    ...(domain === undefined
      ? {}
      : { domainName: domain.domainName, certificateArn: domain.certificate.certificateArn }),
    ...(props.streamShards === undefined ? {} : { streamMode: "provisioned" }),
  });
};

type Reader = (given: Given, name: string) => unknown;

/** A setting with a slip in its name would change nothing, in silence. Names of the CDK's own have other characters. */
const refuseUnknown = (node: Node): void => {
  const given = Object.keys(node.getAllContext() as Readonly<Record<string, unknown>>);
  const unknown = given.find((name) => /^[A-Za-z]+$/.test(name) && !settingNames.includes(name));
  if (unknown === undefined) return;
  throw new SettingError(`There is no setting "${unknown}". Settings are: ${settingNames.join(", ")}.`);
};

/** Settings that are right by themselves and wrong together. */
const refuseWrongTogether = (props: WebhookStackProps): void => {
  refuseContradictions(props);
  refuseWithoutSes(props);
  refuseWithoutConsole(props);
};

const refuseContradictions = (props: WebhookStackProps): void => {
  const { certificateArn: certificate, deliverReservedConcurrency, domainName: domain, streamShards } = props;
  if (deliverReservedConcurrency !== undefined && !Token.isUnresolved(deliverReservedConcurrency)) {
    const least = deliverConcurrency({ ...deliverConcurrencyDefaults, ...props });
    if (deliverReservedConcurrency < least) {
      const expected = `at least ${least}, which is what its mappings may take at once`;
      refuse("deliverReservedConcurrency", expected, deliverReservedConcurrency);
    }
  }
  const { maxKeepBodiesDays = 0, recordRetentionDays = recordRetentionDefault } = props;
  const areKnown = ![maxKeepBodiesDays, recordRetentionDays].some((days) => Token.isUnresolved(days));
  if (areKnown && maxKeepBodiesDays > recordRetentionDays) {
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

const readTargetRanges = (given: Given, name: string): readonly string[] | undefined => {
  const value: unknown = given.tryGetContext(name);
  if (value === undefined || value === "") return undefined;
  const allowLoopback = readBoolean(given, "allowLoopbackTargets") ?? false;
  const items: readonly unknown[] = typeof value === "string" ? value.split(",") : [value].flat();
  return items.map((item) => {
    const range = String(item).trim();
    const problem = targetRangeProblem(range, { allowLoopback });
    if (problem === undefined) return range;
    throw new SettingError(
      `Setting "${name}" must be CIDR ranges of a network of yours: ${JSON.stringify(range)} ${problem}.`,
    );
  });
};
