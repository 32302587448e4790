import {
  CreateTableCommand,
  DeleteTableCommand,
  type KeySchemaElement,
  type Projection,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import {
  apiKeysByCustomerIndex,
  batchesByIdIndex,
  batchSummaryAttributes,
  failedBatchesIndex,
  pendingBatchAttributes,
  pendingBatchesIndex,
} from "#shared/contract/tables.ts";
import { type QueueMessage, queueMessage } from "#shared/contract/chain-message.ts";
import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import { startServices } from "../../emulator/start-services.ts";

/** Keys of the stack's tables and of their indexes: the partition key, then the sort key. */
const tables: Readonly<Record<string, { readonly keys: readonly string[]; readonly indexes?: Indexes }>> = {
  webhooks: { keys: ["pk", "sk"] },
  batches: {
    keys: ["pk", "sk"],
    indexes: {
      [failedBatchesIndex]: {
        keys: ["failedWebhookId", "sk"],
        projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...batchSummaryAttributes] },
      },
      [pendingBatchesIndex]: {
        keys: ["pendingWebhookId", "expiresAt"],
        projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...pendingBatchAttributes] },
      },
      [batchesByIdIndex]: { keys: ["batchId", "pk"], projection: { ProjectionType: "KEYS_ONLY" } },
    },
  },
  apiKeys: {
    keys: ["keyHash"],
    indexes: { [apiKeysByCustomerIndex]: { keys: ["customerId", "id"], projection: { ProjectionType: "ALL" } } },
  },
};
type Indexes = Readonly<Record<string, { readonly keys: readonly string[]; readonly projection: Projection }>>;

const keySchema = (keys: readonly string[]): KeySchemaElement[] =>
  keys.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" }));

/** The emulators of this worker, which end with its process. The files that run in it share them. */
let services: ReturnType<typeof startServices> | undefined;

/** Creates tables, a stream and a bucket of the caller's own in the worker's emulators, as the stack has them. */
export const startAws = async () => {
  const { clients } = await (services ??= startServices(undefined));
  const { dynamodb, kinesis, s3, sqs } = clients;
  const suffix = crypto.randomUUID();
  const nameOf = (table: string): string => `${table}-${suffix}`;
  const bucketName = `tidepost-${suffix}`;
  const streamName = `events-${suffix}`;
  for (const [table, { keys, indexes = {} }] of Object.entries(tables)) {
    const attributes = [...new Set([...keys, ...Object.values(indexes).flatMap((index) => index.keys)])];
    const globalIndexes = Object.entries(indexes).map(([name, index]) => ({
      IndexName: name,
      KeySchema: keySchema(index.keys),
      Projection: index.projection,
    }));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: nameOf(table),
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: attributes.map((name) => ({ AttributeName: name, AttributeType: "S" })),
        KeySchema: keySchema(keys),
        ...(globalIndexes.length === 0 ? {} : { GlobalSecondaryIndexes: globalIndexes }),
      }),
    );
  }
  await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 2 }));
  for (;;) {
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName: streamName }));
    if (StreamDescription?.StreamStatus === "ACTIVE") break;
  }
  await s3.send(new CreateBucketCommand({ Bucket: bucketName }));
  const client = documentClient(dynamodb);

  return {
    clients,
    bucket: { client: s3, bucketName },
    stream: { client: kinesis, streamName },
    tables: {
      webhooks: { client, tableName: nameOf("webhooks") },
      batches: { client, tableName: nameOf("batches") },
      apiKeys: { client, tableName: nameOf("apiKeys") },
    },

    /** Makes an empty queue. */
    createQueue: async () => {
      const { QueueUrl: queueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: crypto.randomUUID() }));
      return { client: sqs, queueUrl };
    },

    /** Takes the messages that a queue shows now, delayed ones excepted. */
    receiveAll: async (queueUrl: string): Promise<readonly QueueMessage[]> => {
      const messages: QueueMessage[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return messages;
        for (const { Body = "" } of Messages) messages.push(queueMessage.parse(JSON.parse(Body)));
      }
    },

    /** The data of every record on the stream, shard by shard. */
    streamRecords: async (): Promise<readonly Buffer[]> => {
      const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: streamName }));
      const records = await Promise.all(
        Shards.map(async ({ ShardId }) => {
          const start = { StreamName: streamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
          const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
          return (await kinesis.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
        }),
      );
      return records.flat().map(({ Data }) => Buffer.from(Data ?? []));
    },

    /** Stores a compressed body as an object, however small it is. */
    storeObject: async (key: string, bytes: Buffer): Promise<BodyPlace> => {
      await s3.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: bytes }));
      return { kind: "stored", key };
    },

    /** Keys of the objects below a prefix. */
    listKeys: async (prefix: string): Promise<readonly string[]> => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix }));
      return Contents.map(({ Key = "" }) => Key);
    },

    /** Deletes tables and stream: what files before have left would slow the emulators down. */
    stop: async (): Promise<void> => {
      await Promise.all([
        ...Object.keys(tables).map((table) => dynamodb.send(new DeleteTableCommand({ TableName: nameOf(table) }))),
        kinesis.send(new DeleteStreamCommand({ StreamName: streamName })),
      ]);
    },
  };
};

export type Aws = Awaited<ReturnType<typeof startAws>>;
