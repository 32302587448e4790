import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type ApiClient, apiClient } from "./api-client.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
/** Bundling on a cold cache takes most of it. */
const startTimeoutMs = 180_000;
const localKey = "local-key";

/** A port that was free a moment ago. Systems give none of this range to those who ask for any port. */
export const freePort = async (): Promise<number> => {
  const port = randomInt(20_000, 32_000);
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return await freePort();
    throw error;
  }
  server.close();
  await once(server, "close");
  return port;
};

/** A running local system as a customer of it sees it. */
export interface Tidepost extends ApiClient {
  /** Base URL up to the version; paths of `call` are below it. */
  readonly apiUrl: string;
  readonly key: string;
  /** Ends what was started. */
  readonly stop: () => Promise<void>;
}

/** The local system in a process of its own, started as `npm run dev` starts it. */
export interface TidepostProcess extends Tidepost {
  /** Number of the process. */
  readonly pid: number;
  /** Kills the process without any warning. */
  readonly kill: () => Promise<void>;
}

/** Starts the local system without its demo; further arguments as `npm run dev --` takes them. */
export const startTidepost = async (args: readonly string[] = []): Promise<TidepostProcess> => {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  const child = spawn(process.execPath, ["local/main.ts", "--no-demo", ...port, ...args], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const output: string[] = [];
  const apiUrl = await ready(child, output);

  return {
    apiUrl,
    key: localKey,
    ...apiClient({ baseUrl: apiUrl, key: localKey }),
    pid: child.pid ?? Number.NaN,
    // As Ctrl-C does.
    stop: async () => {
      child.kill("SIGINT");
      await exited;
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
