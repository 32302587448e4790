import { randomBytes } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { type Clients, createClients } from "./services/clients.ts";
import { type KinesisService, startKinesis } from "./services/kinesis-service.ts";
import { cacheExpressions } from "./services/expression-cache.ts";
import type { Credentials, Endpoints, Service } from "./services/service.ts";
import {
  admitOwnClientsOnly,
  closeServer,
  handleCompleteRequestsOnly,
  listenOnLoopback,
} from "./services/loopback-server.ts";
import { lockDataDir } from "./services/data-lock.ts";
import { openPersistentStores } from "./services/queue-persistence.ts";

cacheExpressions();

/** Starts DynamoDB; with a data directory LevelDB hands every write to the system before it is acknowledged. */
const startDynamodb = async (dataDir: string | undefined, credentials: Credentials): Promise<Service> => {
  const server = dynalite({ createTableMs: 0, ...(dataDir !== undefined && { path: join(dataDir, "dynamodb") }) });
  handleCompleteRequestsOnly(server);
  admitOwnClientsOnly(server, credentials);
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};

/** Starts SQS, SNS and S3, which share one endpoint. */
const startQueuesAndBucket = async (dataDir: string | undefined, credentials: Credentials): Promise<Service> => {
  const persistent = dataDir === undefined ? undefined : await openPersistentStores(join(dataDir, "queues"));
  const app = buildApp({ logger: false, ...(persistent !== undefined && { stores: persistent.stores }) });
  await app.ready();
  admitOwnClientsOnly(app.server, credentials);
  const port = await listenOnLoopback(app.server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      await closeServer(app.server);
      await app.close();
      persistent?.close();
    },
  };
};

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
  const lock = dataDir === undefined ? undefined : lockDataDir(dataDir);
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
      lock?.release();
    },
  };
};
