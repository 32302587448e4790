import { join } from "node:path";
import dynalite from "dynalite";
import { admitOwnClientsOnly, closeServer, handleCompleteRequestsOnly, listenOnLoopback } from "./loopback-server.ts";
import type { Credentials, Service } from "./service.ts";

/** Starts DynamoDB; with a data directory LevelDB hands every write to the system before it is acknowledged. */
export const startDynamodb = async (dataDir: string | undefined, credentials: Credentials): Promise<Service> => {
  const server = dynalite({ createTableMs: 0, ...(dataDir !== undefined && { path: join(dataDir, "dynamodb") }) });
  handleCompleteRequestsOnly(server);
  admitOwnClientsOnly(server, credentials);
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};
