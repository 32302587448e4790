import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { App, CfnParameter, Stack } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, it } from "vitest";
import { Tidepost } from "../../cdk/package.ts";
import { checkProps, settingNames } from "../../cdk/settings.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

const mappingsOf = (context: Readonly<Record<string, unknown>>) => {
  const mappings = [...resourcesOf(synthTemplate(context), "AWS::Lambda::EventSourceMapping").values()];
  return (source: string) => mappings.find(({ EventSourceArn }) => EventSourceArn === source);
};

it("a wrong setting is told in one sentence, without the places in the code that it went through", async () => {
  const app = resolve(import.meta.dirname, "../../cdk/app.ts");
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ batchWindowSeconds: "99" }) };
  const synthesis = promisify(execFile)(process.execPath, [app], { env });
  await expect(synthesis).rejects.toMatchObject({
    code: 1,
    stderr: 'Setting "batchWindowSeconds" must be a whole number from 1 to 30, not "99".\n',
  });
});

describe("settings", () => {
  it("turn X-Ray on for every function and the API, and leave it off by default", () => {
    const tracedIn = (context: Readonly<Record<string, unknown>>) => {
      const template = synthTemplate(context);
      const functions = [...resourcesOf(template, "AWS::Lambda::Function").values()];
      const [stage] = resourcesOf(template, "AWS::ApiGateway::Stage").values();
      const policies = [...resourcesOf(template, "AWS::IAM::Policy").values()];
      return {
        functions: functions.map(({ TracingConfig }) => TracingConfig ?? "off"),
        stage: stage?.["TracingEnabled"] ?? false,
        allowed: policies.filter((policy) => JSON.stringify(policy).includes("xray:PutTraceSegments")).length,
      };
    };
    const { functions, ...off } = tracedIn({});
    expect(functions.length).toBeGreaterThan(7);
    expect({ off, functions }).toEqual({ off: { stage: false, allowed: 0 }, functions: functions.map(() => "off") });
    expect(tracedIn({ tracing: "true" })).toEqual({
      functions: functions.map(() => ({ Mode: "Active" })),
      stage: true,
      allowed: functions.length,
    });
  });

  it("reach the mapping of the stream", () => {
    const context = { batchWindowSeconds: "5", parallelizationFactor: "4", windowRecords: 2_000 };
    expect(mappingsOf(context)("EventsStream")).toMatchObject({
      BatchSize: 2_000,
      MaximumBatchingWindowInSeconds: 5,
      ParallelizationFactor: 4,
    });
  });

  it("reach the mappings of the queues", () => {
    const mappingOf = mappingsOf({ deliveriesConcurrency: "20", retriesConcurrency: "10" });
    expect(mappingOf("QueuesDeliveries")).toMatchObject({ ScalingConfig: { MaximumConcurrency: 20 } });
    expect(mappingOf("QueuesRetries")).toMatchObject({ ScalingConfig: { MaximumConcurrency: 10 } });
  });

  it("reach the stream", () => {
    const stream = (context: Readonly<Record<string, unknown>>) =>
      synthTemplate(context).Resources["EventsStream"]?.Properties;
    expect(stream({ streamMode: "provisioned", streamRetentionHours: "168", streamShards: "6" })).toMatchObject({
      RetentionPeriodHours: 168,
      ShardCount: 6,
      StreamModeDetails: { StreamMode: "PROVISIONED" },
    });
    expect(stream({ streamMode: "on-demand" })).not.toHaveProperty("ShardCount");
  });

  it("set executions aside, and none by default, as new accounts have small quotas", () => {
    const reserved = (context: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        [...resourcesOf(synthTemplate(context), "AWS::Lambda::Function")].flatMap(([id, properties]) =>
          "ReservedConcurrentExecutions" in properties ? [[id, properties["ReservedConcurrentExecutions"]]] : [],
        ),
      );
    expect(reserved({})).toEqual({});
    const all = { apiReservedConcurrency: "30", batchReservedConcurrency: "8", deliverReservedConcurrency: "154" };
    expect(reserved(all)).toEqual({
      BatchingFunction: 8,
      DeliveryFunction: 154,
      RoutesApiFunction: 30,
      RoutesAuthorizeFunction: 30,
      RoutesIngestFunction: 30,
    });
  });

  it("decide how the console looks in portal sessions, and who may show it in a frame", () => {
    const variables = (context: Readonly<Record<string, unknown>>, id: string) => {
      const environment = synthTemplate(context).Resources[id]?.Properties["Environment"];
      return (environment as { readonly Variables: Readonly<Record<string, string>> }).Variables;
    };
    const portal = {
      portalColor: "#0b6e99",
      portalFrameOrigins: "https://app.example.com, http://localhost:3000",
      portalLogoUrl: "https://static.example.com/a/logo.svg",
      portalName: "Acme Mail",
    };
    expect(variables(portal, "ConsoleFunction")).toMatchObject({
      PORTAL_COLOR: "#0b6e99",
      PORTAL_FRAME_ORIGINS: "https://app.example.com,http://localhost:3000",
      PORTAL_LOGO_URL: "https://static.example.com/a/logo.svg",
      PORTAL_NAME: "Acme Mail",
    });
    expect(variables(portal, "RoutesApiFunction")["PORTAL_IS_FRAMED"]).toBe("true");
    expect(variables({}, "RoutesApiFunction")["PORTAL_IS_FRAMED"]).toBe("false");
    for (const wrong of [
      { portalColor: "red" },
      { portalFrameOrigins: "*" },
      { portalFrameOrigins: "https://*.example.com" },
      { portalFrameOrigins: "http://app.example.com" },
      { portalFrameOrigins: "https://app.example.com/" },
      { portalFrameOrigins: "https://app.example.com; script-src *" },
      { portalLogoUrl: "http://static.example.com/logo.svg" },
      { portalLogoUrl: "https://static.example.com/logo.svg; script-src *" },
      { portalLogoUrl: "data:image/png;base64,AAAA" },
      { portalName: "Acme\nMail" },
      { portalName: " " },
      { portalName: "Acme", console: "false" },
    ]) {
      expect(() => synthTemplate(wrong)).toThrow(/"portal/);
    }
  });

  it("decide how long records of batches and logs are kept", () => {
    const template = synthTemplate({ logRetentionDays: "7", recordRetentionDays: "90", staticEgress: "true" });
    const environment = template.Resources["DeliveryFunction"]?.Properties["Environment"];
    expect(environment).toMatchObject({ Variables: { RECORD_RETENTION_DAYS: "90" } });
    const retentions = [...resourcesOf(template, "AWS::Logs::LogGroup").values()].map(
      (properties) => properties["RetentionInDays"],
    );
    expect(retentions.length).toBeGreaterThan(7);
    expect(new Set(retentions)).toEqual(new Set([7]));
  });

  it("decide for how many days webhooks may keep delivered bodies, which is never longer than their records", () => {
    const variables = (context: Readonly<Record<string, unknown>>) =>
      ["DeliveryFunction", "RoutesApiFunction"].map((id) => {
        const environment = synthTemplate(context).Resources[id]?.Properties["Environment"] as
          | { readonly Variables: Readonly<Record<string, string>> }
          | undefined;
        return environment?.Variables["MAX_KEEP_BODIES_DAYS"];
      });
    expect(variables({})).toEqual(["0", "0"]);
    expect(variables({ maxKeepBodiesDays: "7" })).toEqual(["7", "7"]);
    expect(variables({ maxKeepBodiesDays: "30", recordRetentionDays: "30" })).toEqual(["30", "30"]);
    expect(() => synthTemplate({ maxKeepBodiesDays: "15" })).toThrow(/"maxKeepBodiesDays" must be at most 14/);
    expect(() => synthTemplate({ maxKeepBodiesDays: "31", recordRetentionDays: "60" })).toThrow(/from 0 to 30/);
  });

  it("throttle the API", () => {
    const [stage] = resourcesOf(
      synthTemplate({ throttleBurst: "20", throttleRequestsPerSecond: "10" }),
      "AWS::ApiGateway::Stage",
    ).values();
    expect(stage).toMatchObject({ MethodSettings: [{ ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 }] });
  });

  it("limit what one key sends to every function that takes a key", () => {
    const functions = resourcesOf<{ readonly Description: string; readonly Environment: object }>(
      synthTemplate({ keyRequestsPerSecond: "7", keyManagementRequestsPerSecond: "3", sesEvents: "true" }),
      "AWS::Lambda::Function",
    );
    const limits = [...functions.values()].flatMap(({ Description, Environment }) => {
      const [, limit] = /"KEY_REQUESTS_PER_SECOND":"(\d+)"/.exec(JSON.stringify(Environment)) ?? [];
      return limit === undefined ? [] : [`${/^Tidepost (\w+)/.exec(Description)?.[1]} ${limit}`];
    });
    expect(limits.toSorted()).toEqual(["api 3", "ingest 7", "listen 3", "ses 7"]);
  });

  it("count empty text as not given", () => {
    expect(synthTemplate({ alarmEmail: "", streamMode: "", windowRecords: "" })).toEqual(synthTemplate());
  });
});

const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d";

describe("a wrong setting", () => {
  it.each([
    ["accountConcurrency", "5", "a whole number from 10 to 100000"],
    ["alarmEmail", "operations", "an e-mail address"],
    ["alarmTopicArn", "operations", "the ARN of a standard SNS topic"],
    ["apiReservedConcurrency", "0", "a whole number from 1 to 100000"],
    ["batchReservedConcurrency", "many", "a whole number from 1 to 100000"],
    ["batchWindowSeconds", "31", "a whole number from 1 to 30"],
    ["batchWindowSeconds", "0", "a whole number from 1 to 30"],
    ["certificateArn", "my-certificate", "the ARN of a certificate in AWS Certificate Manager"],
    ["console", "no", "true or false"],
    ["createApiLogRole", 1, "true or false"],
    ["deliveriesConcurrency", "1", "a whole number from 2 to 1000"],
    ["deliverReservedConcurrency", "1.5", "a whole number from 1 to 100000"],
    ["domainName", "https://hooks.example.com", "a domain name in lower case such as webhooks.example.com"],
    ["hostedZoneId", "example.com", "the id of a Route 53 zone such as Z0123456789ABC"],
    ["logRetentionDays", "31", "one of 1, 3, 5, 7, 14, 30, 60,"],
    ["parallelizationFactor", "11", "a whole number from 1 to 10"],
    ["publicBaseUrl", "http://hooks.example.com", "an https URL ending in /api"],
    ["publicBaseUrl", "https://hooks.example.com/'x'/api", "an https URL ending in /api"],
    ["recordRetentionDays", "4", "a whole number from 5 to 365"],
    ["retainData", "maybe", "true or false"],
    ["retriesConcurrency", "1001", "a whole number from 2 to 1000"],
    ["sesCampaignTag", "a b", "the name of a message tag"],
    ["sesCustomer", "two words", "1 to 64 visible ASCII characters"],
    ["sesCustomerTag", "ses:from-domain", "the name of a message tag"],
    ["sesEvents", "all", "true or false"],
    ["sesSubaccountTag", "é", "the name of a message tag"],
    ["sesTopics", "events", "ARNs of SNS topics, comma-separated"],
    ["stackName", "1st stack", "a CloudFormation stack name"],
    ["staticEgress", "yes", "true or false"],
    ["streamMode", "on demand", "one of on-demand, provisioned"],
    ["streamRetentionHours", "12", "a whole number from 24 to 8760"],
    ["streamRetentionHours", "a day", "a whole number from 24 to 8760"],
    ["streamShards", "0", "a whole number from 1 to 10000"],
    ["throttleBurst", "1.5", "a whole number from 1 to 100000"],
    ["throttleRequestsPerSecond", "-1", "a whole number from 1 to 100000"],
    ["windowRecords", "10001", "a whole number from 1 to 10000"],
  ])("%s = %s ends the synthesis with its name, its value and what is accepted", (name, value, expected) => {
    expect(() => synthTemplate({ [name]: value })).toThrow(
      new RegExp(`^Setting "${name}" must be ${expected}.*, not ${JSON.stringify(value)}\\.$`),
    );
  });

  it.each([
    [
      { alarmEmail: "a@example.com", alarmTopicArn: "arn:aws:sns:eu-west-1:111122223333:operations" },
      '"alarmEmail" must be left out with alarmTopicArn',
    ],
    [{ streamMode: "provisioned" }, '"streamShards" must be set with streamMode=provisioned'],
    [{ streamShards: "4" }, '"streamShards" must be left out unless streamMode=provisioned, not 4'],
    [{ domainName: "hooks.example.com" }, '"certificateArn" must be set with domainName'],
    [{ sesCustomer: "7" }, '"sesCustomer" must be left out unless sesEvents=true, not "7"'],
    [{ sesCustomerTag: "tenant" }, '"sesCustomerTag" must be left out unless sesEvents=true'],
    [{ certificateArn }, '"certificateArn" must be left out without domainName'],
    [{ hostedZoneId: "Z123" }, '"hostedZoneId" must be left out without domainName'],
    [
      { certificateArn, domainName: "hooks.example.com", publicBaseUrl: "https://hooks.example.com/api" },
      '"publicBaseUrl" must be left out with domainName',
    ],
    [{ deliverReservedConcurrency: "153" }, '"deliverReservedConcurrency" must be at least 154, which is what'],
    [
      { deliveriesConcurrency: "200", deliverReservedConcurrency: "200" },
      '"deliverReservedConcurrency" must be at least 254',
    ],
  ])("%j contradicts itself", (context, message) => {
    expect(() => synthTemplate(context)).toThrow(message);
  });

  it("with a slip in its name is not passed over", () => {
    expect(() => synthTemplate({ retaindata: "false" })).toThrow(
      /^There is no setting "retaindata"\. Settings are: .*retainData/,
    );
  });
});

describe("the construct", () => {
  const stack = new Stack(new App(), "Own");

  it.each([
    ["maxKeepBodiesDays", { maxKeepBodiesDays: 31, recordRetentionDays: 60 }],
    ["maxKeepBodiesDays", { maxKeepBodiesDays: 15 }],
    ["batchWindowSeconds", { batchWindowSeconds: 31 }],
    ["allowedTargetRanges", { allowedTargetRanges: ["169.254.0.0/16"] }],
    ["portalColor", { portalColor: "red" }],
    ["sesTopics", { sesTopics: ["arn:aws:sns:eu-west-1:123456789012:mail"] }],
    ["alarmEmail", { alarmEmail: "a@example.com", alarmTopic: new Topic(stack, "Alarms") }],
  ] as const)("refuses a wrong %s (%o) before anything is synthesised", (name, props) => {
    expect(() => new Tidepost(stack, "Events", props)).toThrow(`Setting "${name}" must be `);
  });

  it("takes what a deployment takes, and tokens, whose values nobody knows yet", () => {
    const number = new CfnParameter(stack, "Number", { type: "Number" }).valueAsNumber;
    const text = new CfnParameter(stack, "Text").valueAsString;
    for (const props of [
      {},
      { maxKeepBodiesDays: 14, streamShards: 4, allowedTargetRanges: ["10.0.0.0/8"], alarmEmail: "a@example.com" },
      { maxKeepBodiesDays: 3, recordRetentionDays: number, deliverReservedConcurrency: number, alarmEmail: text },
      { sesEvents: true, sesTopics: [text] },
    ]) {
      expect(() => checkProps(props)).not.toThrow();
    }
  });
});

it("documents every setting", () => {
  const text = readFileSync("docs/settings.md", "utf8");
  const documented = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
  expect(documented.toSorted()).toEqual(settingNames);
});
