import { once } from "node:events";
import type { IncomingMessage, ServerResponse, IncomingHttpHeaders } from "node:http";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { actionFor, perform, type SinkResult } from "./action.ts";
import type { SinkMode } from "./mode.ts";
import { type BodyFacts, type BodyReader, decodeBody } from "./read-body.ts";

/** A POST that a sink got, and what became of it. */
export interface ReceivedPost extends BodyFacts {
  /** When the body had arrived, Unix milliseconds. */
  readonly at: number;
  readonly batchId: string | undefined;
  /** The replay that the batch belongs to. */
  readonly replayId: string | undefined;
  /** How often this batch has come, this time included. */
  readonly attempt: number;
  /** A batch that the sink has kept before. */
  readonly isDuplicate: boolean;
  /** Whether the sink has this batch now: it answered 2xx while the sender was there, or it was told to keep it. */
  readonly isKept: boolean;
  /** Bytes as sent. */
  readonly bytes: number;
  readonly headers: IncomingHttpHeaders;
  readonly mode: SinkMode["mode"];
  readonly result: SinkResult;
}

/** What a sink remembers and how it is set up. */
export interface SinkState {
  readonly mode: SinkMode;
  /** From 0 to 1, the next of the mode's own sequence. */
  readonly random: () => number;
  /** How often each batch came. */
  readonly seen: Map<string, number>;
  /** Batches that the sink has. */
  readonly kept: Set<string>;
  readonly readBody: BodyReader;
  readonly saveDir: string | undefined;
}

const noEvents: BodyFacts = { events: 0, types: {}, eventIds: [], firstEvent: undefined };

/** Receives a POST and treats it as the sink's mode says; undefined for a body that is no batch, which is answered with 400. */
export const receivePost = async (
  state: SinkState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<ReceivedPost | undefined> => {
  const { mode, seen, kept } = state;
  const batchId = headerOf(request, "x-messagesystems-batch-id");
  const common = {
    batchId,
    replayId: headerOf(request, "x-tidepost-replay"),
    headers: request.headers,
    mode: mode.mode,
  };
  if (mode.mode === "reset") {
    await once(request, "data");
    request.socket.resetAndDestroy();
    const attempt = (seen.get(batchId ?? "") ?? 0) + 1;
    if (batchId !== undefined) seen.set(batchId, attempt);
    const result = { kind: "reset" } as const;
    return { ...noEvents, ...common, at: Date.now(), attempt, isDuplicate: false, isKept: false, bytes: 0, result };
  }
  const sent = Buffer.concat((await request.toArray()) as Buffer[]);
  const at = Date.now();
  const read = await readSent(state, sent, headerOf(request, "content-encoding"));
  if (read === undefined) {
    response.writeHead(400, { "content-type": "text/plain" }).end("The body is no batch of events.\n");
    return undefined;
  }
  const { body, facts } = read;
  const id = facts.events > 0 ? batchId : undefined;
  const seenBefore = seen.get(id ?? "") ?? 0;
  if (id !== undefined) seen.set(id, seenBefore + 1);
  const isDuplicate = id !== undefined && kept.has(id);
  const token = headerOf(request, "x-messagesystems-webhook-token");
  const action = actionFor(mode, {
    isBatch: id !== undefined,
    bytes: sent.length,
    token,
    seenBefore,
    random: state.random,
  });
  const keep = async (): Promise<void> => {
    if (id === undefined || kept.has(id)) return;
    if (state.saveDir !== undefined) await saveBody(state.saveDir, id, body);
    kept.add(id);
  };
  // This mode keeps what it does not acknowledge in time: that is how duplicates come about.
  if (mode.mode === "duplicate") await keep();
  const location = `http://${request.headers.host ?? ""}/moved`;
  const result = await perform(action, { request, response, location, keep });
  const isKept = id !== undefined && kept.has(id);
  return { ...facts, ...common, at, attempt: seenBefore + 1, isDuplicate, isKept, bytes: sent.length, result };
};

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
};

const readSent = async (
  { readBody }: SinkState,
  sent: Buffer,
  encoding: string | undefined,
): Promise<{ readonly body: Buffer; readonly facts: BodyFacts } | undefined> => {
  try {
    const body = await decodeBody(sent, encoding);
    return { body, facts: readBody(body) };
  } catch {
    return undefined;
  }
};

/** Writes a batch's body to a directory, as a file named by the batch; ids from elsewhere do not choose paths. */
const saveBody = async (directory: string, batchId: string, body: Buffer): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${batchId.replaceAll(/[^\w-]/g, "_").slice(0, 100)}.json`), body);
};
