import { randomUUID } from "node:crypto";
import type { Environment, FunctionDefinition, FunctionLogLine, InvocationResult } from "./environment.ts";
import { startEnvironment } from "./environment.ts";
import { maxPayloadBytes } from "./messages.ts";

/** A function with as many execution environments as its load needs. */
export interface FunctionPool {
  readonly definition: FunctionDefinition;
  /** New environments run this definition from now on; unless it does the same, the present ones end when they are idle. */
  readonly reload: (definition: FunctionDefinition, options: { readonly isSame: boolean }) => void;
  /** Invokes the function with an event in JSON. Waits for a free environment when all are busy. */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Environments with an invocation under way. */
  readonly busy: () => readonly Environment[];
  /** Starts an environment ahead of the first invocation. */
  readonly warmUp: () => void;
  readonly stop: () => Promise<void>;
}

interface FunctionPoolOptions {
  readonly definition: FunctionDefinition;
  readonly log: (line: FunctionLogLine) => void;
  /**
   * Most environments at a time: each costs a thread and some 40 MB.
   * @default 48
   */
  readonly maxEnvironments?: number;
}

/** An idle environment ends after this long, except for one. */
const idleMs = 60_000;

/** Creates a function's pool; the newest idle environment is used first, so that surplus ones fall idle. */
export const createFunctionPool = ({
  definition: first,
  log,
  maxEnvironments = 48,
}: FunctionPoolOptions): FunctionPool => {
  let definition = first;
  const outdated = new WeakSet<Environment>();
  const idle: { readonly environment: Environment; readonly since: number }[] = [];
  const all = new Set<Environment>();
  const busy = new Set<Environment>();
  const waiting: ((environment: Environment) => void)[] = [];

  const start = (): Environment => {
    const environment = startEnvironment({ definition, log });
    all.add(environment);
    return environment;
  };

  const acquire = (): Environment | Promise<Environment> => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      if (entry.environment.usable()) return entry.environment;
      all.delete(entry.environment);
    }
    return all.size < maxEnvironments ? start() : new Promise((resolve) => waiting.push(resolve));
  };

  const release = (environment: Environment): void => {
    if (outdated.has(environment)) void environment.stop();
    if (!environment.usable()) all.delete(environment);
    const next = waiting.shift();
    if (next !== undefined) next(environment.usable() ? environment : start());
    else if (environment.usable()) idle.push({ environment, since: Date.now() });
  };

  const reaper = setInterval(() => {
    while (all.size > 1 && idle[0] !== undefined && Date.now() - idle[0].since > idleMs) {
      const entry = idle.shift();
      if (entry === undefined) return;
      all.delete(entry.environment);
      void entry.environment.stop();
    }
  }, idleMs / 4);
  reaper.unref();

  const invoke = async (event: string): Promise<InvocationResult> => {
    if (Buffer.byteLength(event) > maxPayloadBytes) {
      const errorMessage = `${Buffer.byteLength(event)} byte payload is too large for the Event invocation type (limit ${maxPayloadBytes} bytes)`;
      return { kind: "failed", requestId: randomUUID(), error: { errorType: "RequestTooLarge", errorMessage } };
    }
    const environment = await acquire();
    busy.add(environment);
    const result = await environment.invoke(event);
    busy.delete(environment);
    release(environment);
    return result;
  };

  return {
    get definition() {
      return definition;
    },
    reload: (changed, { isSame }) => {
      definition = changed;
      if (isSame) return;
      for (const environment of all) outdated.add(environment);
      for (const { environment } of idle.splice(0)) release(environment);
      idle.push({ environment: start(), since: Date.now() });
    },
    invoke,
    busy: () => [...busy],
    warmUp: () => {
      if (all.size === 0) idle.push({ environment: start(), since: Date.now() });
    },
    stop: async () => {
      clearInterval(reaper);
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
};
