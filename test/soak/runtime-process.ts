import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { CreatedResources } from "../../emulator/create-resources.ts";
import type { Endpoints } from "../../emulator/services/service.ts";
import type { FromRuntime, RuntimeSetup, ToRuntime, World } from "./runtime-messages.ts";

/** Bundling on a cold cache takes most of it. */
const startTimeoutMs = 180_000;

/** An environment that was killed. */
export interface KilledWorker {
  readonly functionName: string;
  readonly threadId: number;
}

/** The local runtime in a process of its own. */
export interface RuntimeProcess {
  readonly pid: number;
  readonly apiUrl: string;
  readonly endpoints: Endpoints;
  readonly created: CreatedResources;
  /** Logical ids of the functions. */
  readonly functionIds: readonly string[];
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly setWorld: (world: World) => void;
  /** Ends an environment in the middle of an invocation; any busy one without a thread. */
  readonly killWorker: (threadId?: number) => Promise<KilledWorker | undefined>;
  /** Invokes a function; false when it failed. */
  readonly invoke: (logicalId: string, event: string) => Promise<boolean>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Listeners {
  readonly onEndpoints: (endpoints: Endpoints) => void;
  readonly onMeddled: (how: string) => void;
  readonly onTimedOut: (pid: number) => void;
  readonly onLog: (text: string) => void;
}

/** Starts it and waits until it is ready; fails when it ends before. */
export const startRuntimeProcess = async (setup: RuntimeSetup, listeners: Listeners): Promise<RuntimeProcess> => {
  const child = fork(join(import.meta.dirname, "runtime-child.ts"), [JSON.stringify(setup)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const output of [child.stdout, child.stderr]) {
    output?.on("data", (chunk: Buffer) => listeners.onLog(`process ${chunk.toString().trim()}`));
  }
  const ended = once(child, "exit").then(() => undefined);
  const ready = Promise.withResolvers<Extract<FromRuntime, { kind: "ready" }>>();
  const waiting = new Map<number, (answer: FromRuntime) => void>();
  let endpoints: Endpoints | undefined;
  let requests = 0;

  child.on("message", (message: FromRuntime) => {
    switch (message.kind) {
      case "endpoints":
        endpoints = message.endpoints;
        return listeners.onEndpoints(message.endpoints);
      case "ready":
        return ready.resolve(message);
      case "meddled":
        return listeners.onMeddled(message.how);
      case "timed_out":
        return listeners.onTimedOut(child.pid ?? 0);
      case "log":
        return listeners.onLog(message.text);
      case "killed":
      case "invoked":
        waiting.get(message.request)?.(message);
        waiting.delete(message.request);
    }
  });
  const ask = async (message: (request: number) => ToRuntime): Promise<FromRuntime | undefined> => {
    if (!child.connected) return undefined;
    requests += 1;
    const request = requests;
    const answer = new Promise<FromRuntime>((resolve) => waiting.set(request, resolve));
    tell(child, message(request));
    return await Promise.race([answer, ended]);
  };

  const timer = setTimeout(() => ready.reject(new Error("The runtime did not start in time.")), startTimeoutMs);
  const endedEarly = ended.then(() => Promise.reject(new Error("The runtime ended before it was ready.")));
  const { apiUrl, created, functionIds } = await Promise.race([ready.promise, endedEarly]).finally(() =>
    clearTimeout(timer),
  );
  endedEarly.catch(() => undefined);
  if (endpoints === undefined) throw new Error("The runtime has not named its services.");

  return {
    pid: child.pid ?? 0,
    apiUrl,
    endpoints,
    created,
    functionIds,
    ended,
    setWorld: (world) => tell(child, { kind: "world", world }),
    killWorker: async (threadId) => {
      const answer = await ask((request) => ({
        kind: "kill",
        request,
        ...(threadId === undefined ? {} : { threadId }),
      }));
      if (answer?.kind !== "killed" || answer.threadId === undefined) return undefined;
      return { functionName: answer.functionName ?? "", threadId: answer.threadId };
    },
    invoke: async (logicalId, event) => {
      const answer = await ask((request) => ({ kind: "invoke", request, logicalId, event }));
      return answer?.kind === "invoked" && answer.isAnswered;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
};

/** A process that has just been killed hears nothing; that is no fault of the caller. */
const tell = (child: ChildProcess, message: ToRuntime): void => {
  if (child.connected) child.send(message, () => undefined);
};
