import { mkdir } from "node:fs/promises";
import { type Clients, createClients } from "./services/clients.ts";
import { startDynamodb } from "./services/dynamodb-service.ts";
import { type KinesisService, startKinesis } from "./services/kinesis-service.ts";
import { startQueuesAndBucket } from "./services/queues-and-bucket-service.ts";
import type { Endpoints } from "./services/service.ts";

/** The emulators, and clients for them. */
export interface Services {
  readonly endpoints: Endpoints;
  readonly clients: Clients;
  readonly kinesis: KinesisService;
  readonly stop: () => Promise<void>;
}

/** Starts all emulators on free loopback ports; their data lives in the data directory, or in memory without one. */
export const startServices = async (dataDir: string | undefined): Promise<Services> => {
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const [dynamodb, kinesis, queuesAndBucket] = await Promise.all([
    startDynamodb(dataDir),
    startKinesis(dataDir),
    startQueuesAndBucket(dataDir),
  ]);
  const endpoints: Endpoints = {
    dynamodb: dynamodb.endpoint,
    kinesis: kinesis.endpoint,
    s3: queuesAndBucket.endpoint,
    sns: queuesAndBucket.endpoint,
    sqs: queuesAndBucket.endpoint,
  };
  const clients = createClients(endpoints);
  return {
    endpoints,
    clients,
    kinesis,
    stop: async () => {
      clients.destroy();
      await Promise.all([dynamodb.stop(), kinesis.stop(), queuesAndBucket.stop()]);
    },
  };
};
