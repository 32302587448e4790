import {
  BatchGetItemCommand,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Permissions } from "../access/permissions.ts";
import { type Clients, createClients } from "../services/clients.ts";
import { type Services, startServices } from "../start-services.ts";

const account = "us-east-1:000000000000";
const table = `arn:aws:dynamodb:${account}:table/Book`;
const queue = `arn:aws:sqs:${account}:Jobs`;
const stream = `arn:aws:kinesis:${account}:stream/Events`;
const topic = `arn:aws:sns:${account}:News`;
const item = { id: { S: "a" }, text: { S: "b" } };

let services: Services;
let queueUrl: string;
let iterator: string;

const createTable = async (dynamodb: DynamoDBClient): Promise<unknown> =>
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "Book",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["id", "text"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byText",
          KeySchema: [{ AttributeName: "text", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );

beforeAll(async () => {
  services = await startServices(undefined);
  const { dynamodb, kinesis, s3, sns, sqs } = services.clients;
  await createTable(dynamodb);
  await kinesis.send(new CreateStreamCommand({ StreamName: "Events", ShardCount: 1 }));
  await s3.send(new CreateBucketCommand({ Bucket: "files" }));
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: "a/b c", Body: "x" }));
  await sns.send(new CreateTopicCommand({ Name: "News" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "Jobs" }));
  queueUrl = `${services.endpoints.sqs}/000000000000/Jobs`;
  const { StreamDescription: shown } = await kinesis.send(new DescribeStreamCommand({ StreamName: "Events" }));
  const shard = { StreamName: "Events", ShardId: shown?.Shards?.[0]?.ShardId, ShardIteratorType: "LATEST" } as const;
  iterator = (await kinesis.send(new GetShardIteratorCommand(shard))).ShardIterator ?? "";
});
afterAll(async () => await services.stop());

/** Clients of a function with some permissions. */
const clientsWith = (permissions: Permissions): Clients => {
  const credentials = services.access.grant(`arn:aws:lambda:${account}:function:F`, permissions);
  const clients = createClients({ ...services.endpoints, credentials });
  onTestFinished(clients.destroy);
  return clients;
};

/** Calls, each with what it needs to be permitted. */
const calls: readonly (readonly [action: string, arn: string, call: (clients: Clients) => Promise<unknown>])[] = [
  [
    "dynamodb:GetItem",
    table,
    ({ dynamodb }) => dynamodb.send(new GetItemCommand({ TableName: "Book", Key: { id: { S: "a" } } })),
  ],
  ["dynamodb:PutItem", table, ({ dynamodb }) => dynamodb.send(new PutItemCommand({ TableName: "Book", Item: item }))],
  [
    "dynamodb:BatchGetItem",
    table,
    ({ dynamodb }) =>
      dynamodb.send(new BatchGetItemCommand({ RequestItems: { Book: { Keys: [{ id: { S: "a" } }] } } })),
  ],
  [
    "dynamodb:Query",
    `${table}/index/byText`,
    ({ dynamodb }) =>
      dynamodb.send(
        new QueryCommand({
          TableName: "Book",
          IndexName: "byText",
          KeyConditionExpression: "#text = :text",
          ExpressionAttributeNames: { "#text": "text" },
          ExpressionAttributeValues: { ":text": { S: "b" } },
        }),
      ),
  ],
  [
    "kinesis:PutRecords",
    stream,
    ({ kinesis }) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: "Events",
          Records: [{ PartitionKey: `"StreamName":"Other"`, Data: Buffer.from(`{"StreamName":"Other"}`) }],
        }),
      ),
  ],
  ["s3:GetObject", "arn:aws:s3:::files/a/b c", ({ s3 }) => s3.send(new GetObjectCommand(object("a/b c")))],
  ["s3:GetObject", "arn:aws:s3:::files/a/b c", ({ s3 }) => s3.send(new HeadObjectCommand(object("a/b c")))],
  ["s3:PutObject", "arn:aws:s3:::files/ü", ({ s3 }) => s3.send(new PutObjectCommand({ ...object("ü"), Body: "x" }))],
  ["s3:DeleteObject", "arn:aws:s3:::files/gone", ({ s3 }) => s3.send(new DeleteObjectCommand(object("gone")))],
  [
    "s3:DeleteObject",
    "arn:aws:s3:::files/gone",
    ({ s3 }) => s3.send(new DeleteObjectsCommand({ Bucket: "files", Delete: { Objects: [{ Key: "gone" }] } })),
  ],
  ["s3:ListBucket", "arn:aws:s3:::files", ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: "files" }))],
  ["sns:Publish", topic, ({ sns }) => sns.send(new PublishCommand({ TopicArn: topic, Message: "x" }))],
  ["sqs:SendMessage", queue, ({ sqs }) => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "x" }))],
  [
    "sqs:SendMessage",
    queue,
    ({ sqs }) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [{ Id: "1", MessageBody: "x" }] })),
  ],
  ["sqs:ReceiveMessage", queue, ({ sqs }) => sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))],
  [
    "sqs:DeleteMessage",
    queue,
    ({ sqs }) =>
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: [{ Id: "1", ReceiptHandle: "x" }] })),
  ],
];

const object = (Key: string) => ({ Bucket: "files", Key });

test.each(calls)("%s on %s is all that a call needs, and without it the call is refused", async (action, arn, call) => {
  await call(clientsWith((asked, resource) => asked === action && resource === arn));
  const refused = call(clientsWith((asked, resource) => asked !== action || resource !== arn));
  await expect(refused).rejects.toMatchObject({
    // The answer to HEAD has no body that says so.
    name: expect.stringMatching(/^AccessDenied|^Unknown$/),
  });
});

test("a refusal names who asked for what, as AWS does", async () => {
  const { dynamodb } = clientsWith(() => false);
  await expect(createTable(dynamodb)).rejects.toThrow(
    `User: arn:aws:lambda:${account}:function:F is not authorized to perform: dynamodb:CreateTable on resource: ${table} ` +
      "because no identity-based policy allows the dynamodb:CreateTable action",
  );
});

test("a read of a stream's shard, which does not name the stream, needs the permission for any stream", async () => {
  const get = async (permissions: Permissions) =>
    await clientsWith(permissions).kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }));
  await get((action, arn) => action === "kinesis:GetRecords" && arn === undefined);
  await expect(get((action) => action !== "kinesis:GetRecords")).rejects.toThrow(/kinesis:GetRecords on resource: \*/);
});
