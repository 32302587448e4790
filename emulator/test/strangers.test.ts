import { request } from "node:http";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { CreateBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createClients } from "../services/clients.ts";
import type { ServiceName } from "../services/service.ts";
import { type Services, startServices } from "../start-services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices(undefined);
});
afterAll(async () => {
  await services.stop();
});

interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = (version: string, target: string, body: object): Attempt => ({
  method: "POST",
  path: "/",
  headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target },
  body: JSON.stringify(body),
});

/** What would create something, if the service did what it is asked for. */
const attempts: Readonly<Record<ServiceName, Attempt>> = {
  dynamodb: json("1.0", "DynamoDB_20120810.CreateTable", {
    TableName: "Stolen",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  }),
  kinesis: json("1.1", "Kinesis_20131202.CreateStream", { StreamName: "Stolen", ShardCount: 1 }),
  s3: { method: "PUT", path: "/stolen", headers: {}, body: "" },
  sns: {
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=CreateTopic&Version=2010-03-31&Name=Stolen",
  },
  sqs: json("1.0", "AmazonSQS.CreateQueue", { QueueName: "Stolen" }),
};
const names = Object.keys(attempts) as ServiceName[];

/** Everything that the services have. */
const contents = async (): Promise<object> => {
  const { dynamodb, kinesis, s3, sns, sqs } = services.clients;
  return {
    buckets: (await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name) ?? [],
    queues: (await sqs.send(new ListQueuesCommand())).QueueUrls ?? [],
    streams: (await kinesis.send(new ListStreamsCommand())).StreamNames ?? [],
    tables: (await dynamodb.send(new ListTablesCommand())).TableNames ?? [],
    topics: (await sns.send(new ListTopicsCommand())).Topics ?? [],
  };
};
const nothing = { buckets: [], queues: [], streams: [], tables: [], topics: [] };

const send = async (service: ServiceName, changes: Readonly<Record<string, string>>, method?: string) => {
  const attempt = attempts[service];
  const headers = { ...attempt.headers, "content-length": String(attempt.body.length), ...changes };
  const url = new URL(attempt.path, services.endpoints[service]);
  return await new Promise<{ readonly status: number | undefined; readonly allowed: string | undefined }>(
    (resolve, reject) => {
      request(url, { method: method ?? attempt.method, headers }, (response) => {
        response.resume();
        const allowed = response.headers["access-control-allow-origin"];
        response.on("end", () => resolve({ status: response.statusCode, allowed }));
      })
        .on("error", reject)
        .end(attempt.body);
    },
  );
};

const signedWith = (accessKeyId: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=00`;
const refused = { status: 403, allowed: undefined };

describe.each(names)("%s refuses", (name) => {
  test("a web page, even one that knows the credentials", async () => {
    const authorization = signedWith(services.endpoints.credentials.accessKeyId);
    const page = { authorization, origin: "http://page.example" };
    expect(await send(name, page)).toEqual(refused);
    expect(await send(name, { ...page, "access-control-request-method": "POST" }, "OPTIONS")).toEqual(refused);
    expect(await send(name, { authorization, origin: "null" })).toEqual(refused);
    expect(await contents()).toEqual(nothing);
  });

  test("a page that has had its own name lead here", async () => {
    const authorization = signedWith(services.endpoints.credentials.accessKeyId);
    for (const host of ["rebound.example", "127.0.0.1.rebound.example:80", "localhost.rebound.example"]) {
      expect(await send(name, { authorization, host })).toEqual(refused);
    }
    expect(await contents()).toEqual(nothing);
  });

  test("another program of this machine", async () => {
    expect(await send(name, {})).toEqual(refused);
    for (const key of ["local", "test", "", "LOCAL".padEnd(37, "0")]) {
      expect(await send(name, { authorization: signedWith(key) })).toEqual(refused);
    }
    expect(await contents()).toEqual(nothing);
  });
});

test("a client with other credentials hears why, and with those of the run it is served", async () => {
  const other = createClients({
    ...services.endpoints,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(other.destroy);
  const table = new CreateTableCommand({
    TableName: "Own",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const allOf = ({ dynamodb, kinesis, s3, sns, sqs }: Services["clients"]) => [
    () => dynamodb.send(table),
    () => kinesis.send(new CreateStreamCommand({ StreamName: "Own", ShardCount: 1 })),
    () => s3.send(new CreateBucketCommand({ Bucket: "own" })),
    () => sns.send(new CreateTopicCommand({ Name: "Own" })),
    () => sqs.send(new CreateQueueCommand({ QueueName: "Own" })),
  ];
  for (const call of allOf(other)) await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(await contents()).toEqual(nothing);
  for (const call of allOf(services.clients)) await call();
  expect(await contents()).toMatchObject({ buckets: ["own"], streams: ["Own"], tables: ["Own"] });
});

test("the credentials are others at every start", async () => {
  const again = await startServices(undefined);
  onTestFinished(again.stop);
  expect(again.endpoints.credentials.accessKeyId).not.toBe(services.endpoints.credentials.accessKeyId);
});

test.skipIf(process.platform === "win32")("nobody else can read what is kept, in a directory of any mode", async () => {
  const directory = await mkdtemp(join(tmpdir(), "emulator-"));
  await chmod(directory, 0o755);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const kept = await startServices(directory);
  onTestFinished(kept.stop);
  await kept.clients.kinesis.send(new CreateStreamCommand({ StreamName: "Own", ShardCount: 1 }));
  await kept.clients.sqs.send(new CreateQueueCommand({ QueueName: "Own" }));
  const paths = [directory, ...(await readdir(directory, { recursive: true })).map((name) => join(directory, name))];
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    // A database renames its temporary files.
    const found = await stat(path).catch(() => undefined);
    expect([path, (found?.mode ?? 0) & 0o077]).toEqual([path, 0]);
  }
});
