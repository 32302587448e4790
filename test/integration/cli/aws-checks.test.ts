import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand, type StackStatus } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { grants } from "#shared/contract/words.ts";
import { awsChecks } from "../../../cli/aws/aws-checks.ts";
import { bootstrapCheck, credentialsCheck, quotaCheck, stackCheck } from "../../../cli/aws/checks/account-checks.ts";
import { apiCheck, apiKeyCheck } from "../../../cli/aws/checks/api-checks.ts";
import { queueMappingsCheck, streamMappingCheck } from "../../../cli/aws/checks/mapping-checks.ts";
import { alarmsCheck, expiredCheck } from "../../../cli/aws/checks/metric-checks.ts";
import { deadLettersCheck, putAsideCheck, tableKeyCheck } from "../../../cli/aws/checks/storage-checks.ts";
import type { ServiceName } from "../../../emulator/services/service.ts";
import { startServices } from "../../../emulator/start-services.ts";
import { runCli } from "../../support/cli.ts";

// What the embedded services do not have (accounts, stacks, mappings, metrics) answers as AWS documents it.
const cloudformation = mockClient(CloudFormationClient);
const cloudwatch = mockClient(CloudWatchClient);
const lambda = mockClient(LambdaClient);
const sts = mockClient(STSClient);
afterEach(() => {
  for (const mock of [cloudformation, cloudwatch, lambda, sts]) mock.reset();
});

const base = { credentials: { accessKeyId: "local", secretAccessKey: "local" }, region: "us-east-1" };
let services: Awaited<ReturnType<typeof startServices>>;
beforeAll(async () => {
  services = await startServices(undefined);
});
afterAll(async () => {
  await services.stop();
});
/** How to reach an embedded service. */
const reaching = (service: ServiceName) => {
  const { credentials, [service]: endpoint } = services.endpoints;
  return { ...base, credentials, endpoint };
};

const outputs = {
  ApiUrl: "https://api.example.com/api/v1",
  BucketName: "bucket",
  DeliverFunctionName: "deliver",
  StreamMappingId: "stream-mapping",
  WebhooksTableName: "webhooks",
};
const stack = (StackStatus: StackStatus, values: Readonly<Record<string, string>> = outputs) => ({
  Stacks: [
    {
      CreationTime: new Date(0),
      Outputs: Object.entries(values).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      StackName: "Tidepost",
      StackStatus,
    },
  ],
});
const noStack = Object.assign(new Error("Stack with id Tidepost does not exist"), { name: "ValidationError" });

describe("account", () => {
  it("says whose the credentials are, and for which region", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Arn: "arn:aws:iam::111122223333:user/ops" });
    expect(await credentialsCheck(base)).toEqual({
      name: "credentials",
      state: "ok",
      detail: "arn:aws:iam::111122223333:user/ops in us-east-1",
    });
  });

  it("is looked at in the region of the profile, also when its key is missing", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Arn: "arn:aws:iam::111122223333:user/ops" });
    cloudformation.on(DescribeStacksCommand).rejects(noStack);
    lambda.on(GetAccountSettingsCommand).resolves({});
    const folder = await mkdtemp(join(tmpdir(), "tidepost-region-"));
    onTestFinished(async () => await rm(folder, { recursive: true }));
    const profiles = { far: { url: "https://api.example.com", region: "eu-west-1", stack: "Tidepost-Far" } };
    await writeFile(join(folder, "tidepost.config.json"), JSON.stringify({ profile: "far", profiles }));
    const { json } = await runCli(["doctor", "--aws", "--json"], { folder });
    expect(json()).toContainEqual(
      expect.objectContaining({ name: "credentials", detail: expect.stringContaining("in eu-west-1") as string }),
    );
    expect(json()).toContainEqual(
      expect.objectContaining({ detail: expect.stringContaining("there is no stack Tidepost-Far") as string }),
    );
  });

  it("ends there without credentials, with what to do", async () => {
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error("expired"), { name: "ExpiredTokenException" }));
    const checks = await awsChecks({ config: base, now: 0, stackName: "Tidepost" });
    expect(checks).toMatchObject([
      { name: "credentials", state: "failed", fix: expect.stringContaining("Sign in") as string },
    ]);
  });

  it("wants a bootstrap that the template deploys with, only for deployments", async () => {
    cloudformation
      .on(DescribeStacksCommand)
      .resolvesOnce(stack("CREATE_COMPLETE", { BootstrapVersion: "30" }))
      .resolvesOnce(stack("CREATE_COMPLETE", { BootstrapVersion: "5" }))
      .rejects(noStack);
    expect(await bootstrapCheck(base)).toMatchObject({ state: "ok", detail: "version 30" });
    expect(await bootstrapCheck(base)).toMatchObject({
      state: "warning",
      fix: "To deploy from here: npx cdk bootstrap",
    });
    expect(await bootstrapCheck(base)).toMatchObject({ state: "warning", detail: "there is no stack CDKToolkit" });
  });

  it("warns of an account with too few executions, as a new one has", async () => {
    const limits = (total: number, free: number) => ({
      AccountLimit: { ConcurrentExecutions: total, UnreservedConcurrentExecutions: free },
    });
    lambda
      .on(GetAccountSettingsCommand)
      .resolvesOnce(limits(1_000, 900))
      .resolvesOnce(limits(10, 10))
      .resolvesOnce(limits(1_000, 100));
    expect(await quotaCheck(base)).toEqual({
      name: "executions",
      state: "ok",
      detail: "1000 at once in the account, 900 not reserved",
    });
    const warning = { state: "warning", fix: expect.stringContaining("request-service-quota-increase") as string };
    expect(await quotaCheck(base)).toMatchObject({
      ...warning,
      detail: expect.stringMatching(/^10 at once/) as string,
    });
    expect(await quotaCheck(base)).toMatchObject(warning);
  });

  it.each([
    ["CREATE_COMPLETE", "ok"],
    ["UPDATE_COMPLETE", "ok"],
    ["UPDATE_IN_PROGRESS", "warning"],
    ["UPDATE_ROLLBACK_COMPLETE", "warning"],
    ["ROLLBACK_COMPLETE", "failed"],
    ["UPDATE_ROLLBACK_FAILED", "failed"],
    ["DELETE_FAILED", "failed"],
  ] as const)("takes a stack that is %s for %s", async (status, state) => {
    cloudformation.on(DescribeStacksCommand).resolves(stack(status));
    expect((await stackCheck(base, "Tidepost")).check).toMatchObject({ name: "stack", state });
  });

  it("says that a stack is missing, or too old to be looked at", async () => {
    cloudformation.on(DescribeStacksCommand).rejectsOnce(noStack);
    expect((await stackCheck(base, "Tidepost")).check).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/there is no stack Tidepost/) as string,
    });
    cloudformation.on(DescribeStacksCommand).resolves(stack("CREATE_COMPLETE", { ApiUrl: "https://x/api/v1" }));
    const { check } = await stackCheck(base, "Tidepost");
    expect(check).toMatchObject({ state: "failed", fix: "Deploy it: npx cdk deploy -c stackName=Tidepost" });
    expect(check.detail).toContain("without the outputs BucketName, DeliverFunctionName");
  });
});

describe("API", () => {
  const serve = async (answers: Readonly<Record<string, readonly [status: number, body: unknown]>>) => {
    const server = createServer(({ headers, url = "" }, response) => {
      const [status, body] = answers[`${url} ${headers.authorization ?? ""}`.trim()] ?? [404, {}];
      response.writeHead(status).end(JSON.stringify(body));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return { close: () => server.close(), url: `http://127.0.0.1:${address.port}/api/v1` };
  };

  it("answers with its document", async () => {
    const { close, url } = await serve({
      "/api/v1/openapi.json": [200, { openapi: "3.1.0", info: { version: "1.2.3" } }],
    });
    expect(await apiCheck(url)).toMatchObject({
      name: "API",
      state: "ok",
      detail: expect.stringMatching(/answers in \d+ ms, version 1\.2\.3$/) as string,
    });
    expect(await apiCheck(`${url}/elsewhere`)).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/was answered 404/) as string,
    });
    close();
    expect(await apiCheck("http://127.0.0.1:9/api/v1")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("http://127.0.0.1:9/api/v1/openapi.json cannot be reached: ") as string,
    });
  });

  it("tells what an API key may do, and what not", async () => {
    const results = (held: readonly string[]) => ({
      results: {
        customer_id: "17",
        grants: held,
        key: { id: "c1a5b7de-0f2e-4f6b-9a51-6d2f0c9b8e77", label: "ops", short_key: "3f9a" },
        version: "0.1.0",
        server_time: "2026-01-02T03:04:05.000Z",
      },
    });
    const { close, url } = await serve({
      "/api/v1/whoami all": [200, results(grants)],
      "/api/v1/whoami some": [200, results(["ingest/write"])],
      "/api/v1/whoami unknown": [401, {}],
    });
    expect(await apiKeyCheck(url, "all")).toMatchObject({ name: "API key", state: "ok" });
    expect(await apiKeyCheck(url, "some")).toMatchObject({
      state: "warning",
      detail:
        "'ops' of customer 17 may ingest/write; not webhooks/view, webhooks/modify, api_keys/manage, portal_links/manage",
    });
    expect(await apiKeyCheck(url, "unknown")).toMatchObject({
      state: "failed",
      detail: "the API does not know the key",
    });
    expect(await apiKeyCheck(url, "old")).toMatchObject({
      state: "warning",
      detail: expect.stringMatching(/was answered 404$/) as string,
    });
    close();
  });
});

describe("mappings", () => {
  it.each([
    ["Enabled", "OK", "ok"],
    ["Enabled", "PROBLEM: Function call failed", "warning"],
    ["Disabling", "", "warning"],
    ["Disabled", "", "failed"],
  ])("takes a reader of the stream that is %s with the last result '%s' for %s", async (State, result, state) => {
    lambda.on(GetEventSourceMappingCommand, { UUID: "m" }).resolves({ LastProcessingResult: result, State, UUID: "m" });
    expect(await streamMappingCheck(base, "m")).toMatchObject({ name: "stream reader", state });
  });

  it("fails when the mapping is gone", async () => {
    lambda
      .on(GetEventSourceMappingCommand)
      .rejects(
        Object.assign(new Error("The resource you requested does not exist."), { name: "ResourceNotFoundException" }),
      );
    expect(await streamMappingCheck(base, "m")).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/does not exist/) as string,
    });
  });

  it.each([
    [{ deliveries: "Enabled", redrive: "Disabled", retries: "Enabled" }, "ok", /^2 mappings are on/],
    [{ deliveries: "Enabled", redrive: "Enabled", retries: "Enabled" }, "warning", /being taken by redrive/],
    [{ deliveries: "Disabled", redrive: "Disabled", retries: "Enabled" }, "failed", /^deliveries is Disabled/],
    [{ deliveries: "Enabling", redrive: "Disabled", retries: "Enabled" }, "warning", /^deliveries is Enabling/],
    [{ redrive: "Disabled" }, "failed", /no mapping reads/],
  ])("takes readers of queues %j for %s", async (states, state, detail) => {
    const EventSourceMappings = Object.entries(states).map(([UUID, State]) => ({ State, UUID }));
    lambda.on(ListEventSourceMappingsCommand, { FunctionName: "deliver" }).resolves({ EventSourceMappings });
    const input = { functionName: "deliver", redriveIds: ["redrive"] };
    expect(await queueMappingsCheck(base, input)).toMatchObject({
      name: "queue readers",
      state,
      detail: expect.stringMatching(detail) as string,
    });
  });
});

describe("storage", () => {
  it("sees that the table of webhooks can be read", async () => {
    const config = reaching("dynamodb");
    await services.clients.dynamodb.send(
      new CreateTableCommand({
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        TableName: "webhooks",
      }),
    );
    await expect.poll(async () => (await tableKeyCheck(config, "webhooks")).state, { timeout: 60_000 }).toBe("ok");
    expect(await tableKeyCheck(config, "elsewhere")).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/ResourceNotFound/) as string,
    });
  });

  it("fails when the table's key is out of reach", async () => {
    const dynamodb = mockClient(DynamoDBClient);
    const SSEDescription = { InaccessibleEncryptionDateTime: new Date(0), KMSMasterKeyArn: "arn:key" };
    dynamodb.on(DescribeTableCommand).resolves({ Table: { SSEDescription, TableStatus: "ACTIVE" } });
    const check = await tableKeyCheck(base, "webhooks");
    dynamodb.restore();
    expect(check).toMatchObject({ state: "failed", detail: "webhooks cannot use arn:key" });
  });

  it("counts dead letters", async () => {
    const config = reaching("sqs");
    const create = async (QueueName: string) =>
      (await services.clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
    const urls = { deliveries: await create("deliveries"), retries: await create("retries") };
    expect(await deadLettersCheck(config, urls)).toEqual({ name: "dead letters", state: "ok", detail: "none" });
    await services.clients.sqs.send(new SendMessageCommand({ MessageBody: "x", QueueUrl: urls.retries }));
    expect(await deadLettersCheck(config, urls)).toMatchObject({ state: "warning", detail: "1 of retries" });
  });

  it("counts what was put aside, and says how to look at it", async () => {
    const config = reaching("s3");
    const { s3 } = services.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    const input = { bucketName: "bucket", stackName: "Tidepost" };
    expect(await putAsideCheck(config, input)).toMatchObject({ state: "ok" });
    await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "quarantine/day/1.json", Body: "{}" }));
    expect(await putAsideCheck(config, input)).toMatchObject({
      state: "warning",
      detail: "0 failed windows, 1 records in quarantine",
      fix: "Look at them: tidepost restore quarantine --stack Tidepost --plan",
    });
  });
});

describe("metrics", () => {
  it("tells of batches that expired within a day", async () => {
    const now = Date.parse("2026-01-02T00:00:00Z");
    const input = { now, stackName: "Tidepost" };
    cloudwatch.on(GetMetricStatisticsCommand).resolvesOnce({ Datapoints: [] }).resolvesOnce({ Datapoints: [] });
    expect(await expiredCheck(base, input)).toMatchObject({ state: "ok", detail: "0 batches with 0 events" });
    cloudwatch.on(GetMetricStatisticsCommand, { MetricName: "BatchesExpired" }).resolves({ Datapoints: [{ Sum: 3 }] });
    cloudwatch.on(GetMetricStatisticsCommand, { MetricName: "EventsExpired" }).resolves({ Datapoints: [{ Sum: 45 }] });
    expect(await expiredCheck(base, input)).toMatchObject({ state: "warning", detail: "3 batches with 45 events" });
    const [call] = cloudwatch.commandCalls(GetMetricStatisticsCommand).slice(-1);
    expect(call?.args[0].input).toMatchObject({
      Dimensions: [{ Name: "service", Value: "deliver" }],
      EndTime: new Date(now),
      Namespace: "Tidepost/Tidepost",
      StartTime: new Date("2026-01-01T00:00:00Z"),
    });
  });

  it("names the alarms of this stack that are on", async () => {
    const names = [
      "Tidepost-ObservabilityStreamLag1A2B",
      "Tidepost-StreamNotRead",
      "Tidepost-Test-ObservabilityStreamLag",
    ];
    cloudwatch
      .on(DescribeAlarmsCommand, { AlarmNamePrefix: "Tidepost-", StateValue: "ALARM" })
      .resolves({ MetricAlarms: names.map((AlarmName) => ({ AlarmName })) });
    expect(await alarmsCheck(base, { now: 0, stackName: "Tidepost" })).toMatchObject({
      state: "warning",
      detail: "Tidepost-ObservabilityStreamLag1A2B, Tidepost-StreamNotRead",
    });
  });
});
