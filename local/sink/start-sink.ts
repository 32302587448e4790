import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createRandom } from "../generator/random.ts";
import { closeServer, isLoopbackHost, listenOnLoopback } from "../../emulator/services/loopback-server.ts";
import { readSinkMode, type SinkMode, describeMode, shown, SinkModeError } from "./mode.ts";
import { type BodyReader, readEveryEvent } from "./read-body.ts";
import { receivePost, type ReceivedPost } from "./receive-post.ts";

/** Path of the mode, which no target is likely to have. */
const modePath = "/__mode";

interface ModeHolder {
  readonly mode: () => SinkMode;
  readonly setMode: (mode: SinkMode) => void;
}

/** Answers `GET /__mode`, and sets the mode of `POST /__mode` with JSON such as `{"mode": "slow", "delay_ms": 7000}`. */
const answerMode = async (request: IncomingMessage, response: ServerResponse, holder: ModeHolder): Promise<void> => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  };
  try {
    if (request.method === "POST") {
      const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
      holder.setMode(readSinkMode(parseJson(body)));
    }
    const mode = holder.mode();
    answer(200, { results: { ...shown(mode), does: describeMode(mode) } });
  } catch (error) {
    if (!(error instanceof SinkModeError)) throw error;
    answer(400, { errors: [{ message: error.message }] });
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SinkModeError(`A mode is set with JSON, such as {"mode":"500"}.`, { cause: error });
  }
};

export interface SinkOptions {
  /** @default 0, a free one */
  readonly port?: number;
  /** @default ok */
  readonly mode?: SinkMode;
  /** Directory that gets each kept batch's body as a file. */
  readonly saveDir?: string | undefined;
  /** @default every event is read */
  readonly readBody?: BodyReader;
  /** Called when a POST has ended. */
  readonly onPost: (post: ReceivedPost) => void;
  /** Called when the mode has changed. */
  readonly onMode?: (mode: SinkMode) => void;
  /** Called with a request that was no batch, or that went wrong. */
  readonly onProblem?: (text: string) => void;
}

/** A receiver that misbehaves on demand. */
export interface Sink {
  readonly url: string;
  readonly mode: () => SinkMode;
  readonly setMode: (mode: SinkMode) => void;
  /** Whether the sink has kept a batch. */
  readonly has: (batchId: string) => boolean;
  readonly stop: () => Promise<void>;
}

/** Each time that a mode is set its sequence starts again, so that a seed repeats the same failures. */
const sequenceOf = (mode: SinkMode): (() => number) => createRandom(mode.mode === "flaky" ? mode.seed : 0).fraction;

/** Starts a sink, on loopback only. */
export const startSink = async (options: SinkOptions): Promise<Sink> => {
  const { readBody = readEveryEvent, saveDir, onPost, onMode, onProblem = () => undefined } = options;
  const memory = { seen: new Map<string, number>(), kept: new Set<string>(), readBody, saveDir };
  let mode = options.mode ?? readSinkMode({ mode: "ok" });
  let random = sequenceOf(mode);
  const setMode = (wanted: SinkMode): void => {
    mode = wanted;
    random = sequenceOf(wanted);
    onMode?.(wanted);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A foreign name means that a web page has reached the sink by DNS rebinding; an origin, that one tries to.
    if (!isLoopbackHost(request.headers.host) || request.headers.origin !== undefined) {
      response.writeHead(403).end("The sink answers to loopback names only, and to no web page.\n");
      return;
    }
    if (request.url === modePath) return await answerMode(request, response, { mode: () => mode, setMode });
    if (request.method !== "POST") {
      response.writeHead(405, { allow: "POST" }).end("The sink takes batches by POST.\n");
      return;
    }
    const post = await receivePost({ ...memory, mode, random }, request, response);
    if (post === undefined) onProblem(`A POST to ${request.url} was no batch of events: it got 400`);
    else onPost(post);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      onProblem(`A request could not be handled: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    });
  });
  const port = await listenOnLoopback(server, options.port);
  return {
    url: `http://127.0.0.1:${port}/`,
    mode: () => mode,
    setMode,
    has: (batchId) => memory.kept.has(batchId),
    stop: () => closeServer(server),
  };
};
