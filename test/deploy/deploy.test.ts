import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { LambdaClient, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it, onTestFailed, vi } from "vitest";
import { awsChecks } from "../../cli/aws/aws-checks.ts";
import { type Emulator, startEmulator } from "../../tools/deploy-emulator.ts";
import { type DeployedStack, deployStack, emulatorEnvironment } from "../../tools/deploy-stack.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { kinesisEvent } from "../support/lambda-events.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { freePort } from "../support/tidepost.ts";
import { bounce, delivery } from "../unit/ses/documents.ts";
import { cloudwatch } from "./cloudwatch.ts";

let emulator: Emulator;
let receiver: Receiver;
let stack: DeployedStack;

beforeAll(async () => {
  receiver = await startReceiver();
  emulator = await startEmulator({ port: await freePort() });
  stack = await deployStack({ endpoint: emulator.endpoint, args: ["--context", "sesEvents=true"] });
});
afterAll(async () => {
  await emulator?.stop();
  await receiver?.close();
});

const tidepost = (...args: readonly string[]): string =>
  execFileSync(process.execPath, ["cli/main.ts", ...args], {
    encoding: "utf8",
    env: emulatorEnvironment(emulator.endpoint),
  });

const call = async (key: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method,
    headers: { authorization: key, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
};

const event = (type: string) => ({
  msys: { track_event: { type, customer_id: "17", event_id: `deployed-${type}`, timestamp: "1700000000" } },
});

/** Answered requests with events on a path, without the test POST of the webhook's creation. */
const batchesOn = ({ requests }: Receiver, path: string) =>
  requests.filter((request) => request.path === path && request.state === "answered" && isBatch(request.body));

const isBatch = (body: Buffer): boolean => body.toString() !== '[{"msys":{}}]';

it("refuses a caller without a key of the stack", async () => {
  const { status, json } = await call("no-such-key", "GET", "/webhooks");
  expect(status).toBe(401);
  expect(json.errors).toHaveLength(1);
});

it("takes events from the API to the targets of its webhooks, and again to one that fails", async () => {
  onTestFailed(() => void process.stderr.write(emulator.log().slice(-20_000)));
  const key = tidepost("keys", "create", "--stack", stack.name, "--customer", "17").trim();
  // The test POST gets 200, the first batch fails, its retry arrives.
  receiver.respond("/failing", { kind: "sequence", steps: [answer(200), answer(503), answer(200)] });
  for (const [path, type] of [
    ["/healthy", "click"],
    ["/failing", "open"],
  ] as const) {
    const webhook = { name: path, target: `${receiver.url}${path}`, events: [type], auth_token: "deployed-token" };
    const { status, text } = await call(key, "POST", "/webhooks", webhook);
    expect(status, text).toBe(200);
  }

  const sent = [event("click"), event("open")];
  const { json, text } = await call(key, "POST", "/ingest/events", sent);
  expect(json.results, text).toMatchObject({ accepted: 2, rejected: 0 });

  await receiver.until((seen) => batchesOn(seen, "/healthy").length > 0, 240_000);
  const [delivered] = batchesOn(receiver, "/healthy");
  expect(JSON.parse(delivered?.body.toString() ?? "")).toEqual([sent[0]]);
  expect(delivered?.headers["x-messagesystems-webhook-token"]).toBe("deployed-token");

  await receiver.until((seen) => batchesOn(seen, "/failing").length > 1, 240_000);
  const [failed, retried] = batchesOn(receiver, "/failing");
  expect(JSON.parse(failed?.body.toString() ?? "")).toEqual([sent[1]]);
  expect(retried?.headers["x-messagesystems-batch-id"]).toBe(failed?.headers["x-messagesystems-batch-id"]);
  expect(retried?.body).toEqual(failed?.body);
});

it("takes documents of Amazon SES from the topic, and by HTTP", async () => {
  onTestFailed(() => void process.stderr.write(emulator.log().slice(-20_000)));
  const key = tidepost("keys", "create", "--stack", stack.name, "--customer", "acme").trim();
  const webhook = { name: "ses", target: `${receiver.url}/ses`, events: ["delivery", "bounce"] };
  expect(await call(key, "POST", "/webhooks", webhook)).toMatchObject({ status: 200 });

  const sns = new SNSClient({
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    endpoint: emulator.endpoint,
    region: "us-east-1",
  });
  await sns.send(new PublishCommand({ TopicArn: stack.outputs["SesTopicArn"], Message: JSON.stringify(delivery()) }));
  sns.destroy();
  expect((await call(key, "POST", "/ingest/ses", bounce())).json.results).toMatchObject({ accepted: 1 });

  const types = (seen: Receiver): readonly string[] =>
    batchesOn(seen, "/ses").flatMap(({ body }) =>
      (JSON.parse(body.toString()) as readonly { readonly msys: object }[]).map(({ msys }) => JSON.stringify(msys)),
    );
  await receiver.until((seen) => types(seen).length > 1, 240_000);
  const found = types(receiver)
    .toSorted()
    .map((text) => JSON.parse(text));
  expect(found).toMatchObject([
    { message_event: { type: "bounce", customer_id: "acme" } },
    { message_event: { type: "delivery", customer_id: "acme", queue_time: "2611" } },
  ]);
});

it("has its events sent to a laptop by tidepost listen", async () => {
  const args = ["cli/main.ts", "listen", "--stack", stack.name, "--customer", "17", "--since", "1h", "--print"];
  const child = spawn(process.execPath, args, { env: emulatorEnvironment(emulator.endpoint) });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => void lines.push(line));
  const expected = ["click", "open"].map((type) => JSON.stringify(event(type)));
  await vi.waitFor(() => expect(lines.toSorted()).toEqual(expected), { timeout: 240_000, interval: 100 });
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("forms the batches of a window that is run again by hand, as the runbook says", async () => {
  const failedWindow = kinesisEvent([Buffer.from(JSON.stringify(event("click")))]);
  const path = `/2015-03-31/functions/${stack.outputs["BatchFunctionName"]}/invocations`;
  const before = batchesOn(receiver, "/healthy").length;
  const response = await fetch(`${emulator.endpoint}${path}`, { method: "POST", body: JSON.stringify(failedWindow) });
  expect(await response.json()).toEqual({ batchItemFailures: [] });
  await receiver.until((seen) => batchesOn(seen, "/healthy").length > before, 240_000);
});

it("puts a window that was given up back on the stream, after a look at it", async () => {
  const s3 = new S3Client({
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    endpoint: emulator.endpoint,
    region: "us-east-1",
  });
  const Bucket = stack.outputs["BucketName"];
  const Key = "aws/lambda/mapping/shard/given-up";
  const payload = JSON.stringify(kinesisEvent([Buffer.from(JSON.stringify(event("click")))]));
  const Body = JSON.stringify({ payload, requestContext: { condition: "RetryAttemptsExhausted" } });
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const restore = ["restore", "failed-windows", "--stack", stack.name];
  expect(tidepost(...restore, "--plan")).toContain("Plan: restore 1 records of 1 objects");

  const before = batchesOn(receiver, "/healthy").length;
  expect(JSON.parse(tidepost(...restore, "--yes", "--json"))).toMatchObject({ kept: [], records: 1, restored: true });
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "aws/lambda/" }));
  s3.destroy();
  expect(KeyCount).toBe(0);
  await receiver.until((seen) => batchesOn(seen, "/healthy").length > before, 240_000);
});

it("is found in order by the checks of the doctor, which see what an operator changes", async () => {
  const config = {
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    endpoint: emulator.endpoint,
    region: "us-east-1",
  };
  const statesOf = async (stackName: string) => {
    const checks = await awsChecks({ apiUrl: stack.apiUrl, config, now: Date.now(), stackName });
    return Object.fromEntries(checks.map(({ detail, name, state }) => [name, `${state}: ${detail}`]));
  };
  const states = await statesOf(stack.name);
  // The emulator calls every mapping of a template Enabled, and takes nothing for those that are off.
  const { "queue readers": queueReaders, ...others } = states;
  expect(queueReaders).toMatch(/^warning: dead letters are being taken by /);
  for (const [name, text] of Object.entries(others)) expect(`${name} is ${text}`).toMatch(/ is ok: /);

  const lambda = new LambdaClient(config);
  await lambda.send(new UpdateEventSourceMappingCommand({ Enabled: false, UUID: stack.outputs["StreamMappingId"] }));
  expect(await statesOf(stack.name)).toMatchObject({
    "stream reader": expect.stringMatching(/^failed: .*Disabled/) as string,
  });
  await lambda.send(new UpdateEventSourceMappingCommand({ Enabled: true, UUID: stack.outputs["StreamMappingId"] }));
  lambda.destroy();

  const missing = await statesOf("Nowhere");
  expect(missing["stack"]).toBe("failed: there is no stack Nowhere in this account and region");
  expect(Object.keys(missing)).toEqual(["credentials", "bootstrap", "executions", "stack"]);
});

it("raises each alarm by the metric that it watches, and none before", async () => {
  const { alarms, provoke } = cloudwatch(emulator.endpoint);
  // The one on an expression is for real accounts only.
  const provocable = await alarms();
  expect(provocable.length).toBeGreaterThanOrEqual(15);
  const raised = async () =>
    (await alarms()).filter(({ StateValue }) => StateValue === "ALARM").map(({ AlarmName }) => AlarmName);
  expect(await raised()).toEqual([]);
  for (const alarm of provocable) await provoke(alarm);
  expect(await raised()).toEqual(provocable.map(({ AlarmName }) => AlarmName));
});
