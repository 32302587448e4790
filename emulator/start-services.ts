import { randomBytes } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { type Clients, createClients } from "./services/clients.ts";
import { startDynamodb } from "./services/dynamodb-service.ts";
import { type KinesisService, startKinesis } from "./services/kinesis-service.ts";
import { startQueuesAndBucket } from "./services/queues-and-bucket-service.ts";
import type { Credentials, Endpoints } from "./services/service.ts";

/** The emulators, and clients for them. */
export interface Services {
  readonly endpoints: Endpoints;
  readonly clients: Clients;
  readonly kinesis: KinesisService;
  readonly stop: () => Promise<void>;
}

/** Other credentials at every start: what a program has read of an earlier run opens nothing. */
const createCredentials = (): Credentials => ({
  accessKeyId: `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(20).toString("hex"),
});

/** Makes a directory that nobody else on the machine can look into, nor into what this process puts there. */
const makePrivate = async (directory: string): Promise<void> => {
  process.umask(0o077);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
};

/** Starts all emulators on free loopback ports; their data lives in the data directory, or in memory without one. */
export const startServices = async (dataDir: string | undefined): Promise<Services> => {
  if (dataDir !== undefined) await makePrivate(dataDir);
  const credentials = createCredentials();
  const [dynamodb, kinesis, queuesAndBucket] = await Promise.all([
    startDynamodb(dataDir, credentials),
    startKinesis(dataDir, credentials),
    startQueuesAndBucket(dataDir, credentials),
  ]);
  const endpoints: Endpoints = {
    dynamodb: dynamodb.endpoint,
    kinesis: kinesis.endpoint,
    s3: queuesAndBucket.endpoint,
    sns: queuesAndBucket.endpoint,
    sqs: queuesAndBucket.endpoint,
    credentials,
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
