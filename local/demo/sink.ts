import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { closeServer, listenOnLoopback } from "../runtime/services/loopback-server.ts";

const batchSchema = z.array(z.object({ msys: z.record(z.string(), z.looseObject({ type: z.string().optional() })) }));

/** A POST that the sink received. */
export interface ReceivedBatch {
  readonly batchId: string | undefined;
  readonly eventCount: number;
  /** Number of events by type. */
  readonly types: Readonly<Record<string, number>>;
  readonly status: number;
}

export interface Sink {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const countTypes = (batch: z.output<typeof batchSchema>): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const { msys } of batch) {
    for (const [eventClass, { type = eventClass }] of Object.entries(msys))
      counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
};

const readBatch = async (request: IncomingMessage): Promise<z.output<typeof batchSchema> | undefined> => {
  const body = Buffer.concat((await request.toArray()) as Buffer[]);
  try {
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    return batchSchema.parse(JSON.parse(text.toString()));
  } catch {
    return undefined;
  }
};

/** Starts the demo's target: a receiver that takes every batch and tells what came. */
export const startSink = async (port: number, onBatch: (batch: ReceivedBatch) => void): Promise<Sink> => {
  const receive = async (request: IncomingMessage): Promise<number> => {
    const batch = await readBatch(request);
    const status = batch === undefined ? 400 : 200;
    const header = request.headers["x-messagesystems-batch-id"];
    onBatch({
      batchId: typeof header === "string" ? header : undefined,
      eventCount: batch?.filter(({ msys }) => Object.keys(msys).length > 0).length ?? 0,
      types: countTypes(batch ?? []),
      status,
    });
    return status;
  };
  const server = createServer((request, response) => {
    receive(request).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  });
  const actualPort = await listenOnLoopback(server, port);
  return { url: `http://127.0.0.1:${actualPort}/`, stop: () => closeServer(server) };
};
