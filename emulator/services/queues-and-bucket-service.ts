import { join } from "node:path";
import { buildApp } from "fauxqs";
import { admitOwnClientsOnly, closeServer, listenOnLoopback } from "./loopback-server.ts";
import { openPersistentStores } from "./queue-persistence.ts";
import type { Credentials, Service } from "./service.ts";

/** Starts SQS, SNS and S3, which share one endpoint. */
export const startQueuesAndBucket = async (dataDir: string | undefined, credentials: Credentials): Promise<Service> => {
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
