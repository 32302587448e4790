import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

const projectRoot = resolve(import.meta.dirname, "../..");
/** Bundling on a cold cache takes most of it. */
const startTimeoutMs = 180_000;
const key = "local-key";

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
};

/** The local system in a process of its own, started as `npm run dev` starts it. */
export interface Tidepost {
  /** Base URL up to the version, as the ready line names it. */
  readonly apiUrl: string;
  /** Everything printed so far. */
  readonly output: readonly string[];
  /** Calls a path below `/api/v1`, by default with the local key. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<CallAnswer>;
  /** Ingests events as gzip NDJSON; fails unless all are accepted. */
  readonly ingest: (events: readonly string[]) => Promise<void>;
  /** Stops as Ctrl-C does; returns the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Kills the process without any warning. */
  readonly kill: () => Promise<void>;
}

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface CallAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
  readonly text: string;
}

/** Starts the local system without its demo; further arguments as `npm run dev --` takes them. */
export const startTidepost = async (args: readonly string[] = []): Promise<Tidepost> => {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  const child = spawn(process.execPath, ["local/main.ts", "--no-demo", ...port, ...args], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const output: string[] = [];
  const apiUrl = await ready(child, output);

  const call: Tidepost["call"] = async (method, path, { body, headers = {} } = {}) => {
    const isJson = body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body);
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: key, ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : ((body ?? null) as string | Buffer<ArrayBuffer> | null),
    });
    const text = await response.text();
    return { status: response.status, text, json: text === "" ? undefined : JSON.parse(text) };
  };

  return {
    apiUrl,
    output,
    call,
    ingest: async (events) => {
      const headers = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };
      const { status, json, text } = await call("POST", "/ingest/events", {
        body: gzipSync(events.join("\n")),
        headers,
      });
      if (status !== 200 || json.results.accepted !== events.length)
        throw new Error(`ingest answered ${status} ${text}`);
    },
    stop: async () => {
      child.kill("SIGINT");
      await exited;
      return child.exitCode;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
};

const ready = async (child: ChildProcess, output: string[]): Promise<string> => {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      const url = /^Ready {2}(\S+)/.exec(line)?.[1];
      if (url !== undefined) found(url);
    });
  }
  const fail = (what: string): void => reject(new Error(`${what}:\n${output.join("\n")}`));
  child.once("exit", (code) => fail(`The local system ended with code ${code}`));
  const timer = setTimeout(() => fail("The local system did not start"), startTimeoutMs);
  return await promise.finally(() => clearTimeout(timer));
};
