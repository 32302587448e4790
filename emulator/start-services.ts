import { chmod, mkdir } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { type Clients, createClients } from "./services/clients.ts";
import { type KinesisService, startKinesis } from "./services/kinesis-service.ts";
import { cacheExpressions } from "./services/expression-cache.ts";
import { type Access, createAccess, refusalOf } from "./access/access.ts";
import { type Asked, askedOfDynamodb, askedOfS3, askedOfSns, askedOfSqs } from "./access/asked.ts";
import type { Endpoints, Service } from "./services/service.ts";
import {
  admitOwnClientsOnly,
  closeServer,
  denial,
  handlePermittedRequestsOnly,
  listenOnLoopback,
} from "./services/loopback-server.ts";
import { lockDataDir } from "./services/data-lock.ts";
import { openPersistentStores } from "./services/queue-persistence.ts";

cacheExpressions();

/** Starts DynamoDB; with a data directory LevelDB hands every write to the system before it is acknowledged. */
const startDynamodb = async (dataDir: string | undefined, access: Access): Promise<Service> => {
  const server = dynalite({ createTableMs: 0, ...(dataDir !== undefined && { path: join(dataDir, "dynamodb") }) });
  handlePermittedRequestsOnly(server, access, askedOfDynamodb);
  admitOwnClientsOnly(server, access);
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};

interface QueuesRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** The protocols of SQS and SNS are told apart by their types; the rest is S3. */
const askedOfQueuesAndBucket = ({ method, url, headers, body }: QueuesRequest): readonly Asked[] => {
  const type = headers["content-type"] ?? "";
  if (url === "/" && type.includes("x-amz-json")) return [askedOfSqs(headers, body as object)];
  if (url === "/" && type.includes("x-www-form-urlencoded")) return [askedOfSns(body as object)];
  return askedOfS3(method, url, body as Buffer | undefined);
};

/** Starts SQS, SNS and S3, which share one endpoint. */
const startQueuesAndBucket = async (dataDir: string | undefined, access: Access): Promise<Service> => {
  const persistent = dataDir === undefined ? undefined : await openPersistentStores(join(dataDir, "queues"));
  const app = buildApp({ logger: false, ...(persistent !== undefined && { stores: persistent.stores }) });
  app.addHook("preHandler", async (request, reply) => {
    const message = refusalOf(access.callerOf(request), () => askedOfQueuesAndBucket(request));
    if (message === undefined) return;
    const { type, body } = denial(request, message);
    await reply.code(403).type(type).send(body);
  });
  await app.ready();
  admitOwnClientsOnly(app.server, access);
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
  /** Who may call the services. */
  readonly access: Access;
  readonly stop: () => Promise<void>;
}

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
  const access = createAccess();
  const [dynamodb, kinesis, queuesAndBucket] = await Promise.all([
    startDynamodb(dataDir, access),
    startKinesis(dataDir, access),
    startQueuesAndBucket(dataDir, access),
  ]);
  const endpoints: Endpoints = {
    dynamodb: dynamodb.endpoint,
    kinesis: kinesis.endpoint,
    s3: queuesAndBucket.endpoint,
    sns: queuesAndBucket.endpoint,
    sqs: queuesAndBucket.endpoint,
    credentials: access.own,
  };
  const clients = createClients(endpoints);
  return {
    endpoints,
    clients,
    kinesis,
    access,
    stop: async () => {
      clients.destroy();
      await Promise.all([dynamodb.stop(), kinesis.stop(), queuesAndBucket.stop()]);
      lock?.release();
    },
  };
};
