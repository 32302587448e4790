import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type Environment,
  type FunctionDefinition,
  type FunctionLogLine,
  type InvocationResult,
  startEnvironment,
} from "./environment.ts";
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
  /** Starts an environment ahead of the first invocation; resolves when its code has been loaded. */
  readonly warmUp: () => Promise<void>;
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

/** An idle environment ends after this long, except for one: it holds some 40 MB that a burst of events has left. */
const idleMs = 30_000;
const reapEveryMs = 10_000;

/**
 * How long an invocation waits for a busy environment before another one is started: those that answer within milliseconds
 * share one, and a start takes longer than this anyway.
 */
const patienceMs = 50;
/** Where environments keep the processors busy, another one would take time from them, and 40 MB: it starts only after this. */
const longPatienceMs = 2_000;
/** A processor that is idle for less of the time than this counts as busy. */
const idleShare = 0.5;

/**
 * Where several invocations have taken this long, or long where the processors have enough to do, other environments are started
 * ahead of the invocations that will want them, as Lambda does for a function whose load rises.
 */
const heldAfterMs = 300;
const longAfterMs = 1_000;
/**
 * Environments beside those that are held, up to which another one is started ahead: each start takes a processor for a third of a
 * second, and one that is busy for a moment will be free for what comes next.
 */
const maxAhead = 2;

/**
 * Environments of a function that start at a time. A start takes a processor for a while: a hundred at once would take all of
 * them from what is running, and nearly all would come too late to be of use.
 */
const maxStarting = availableParallelism();

/**
 * Creates a function's pool. An invocation that finds no free environment has a new one started, and takes whichever is free
 * first, as on Lambda. The newest idle environment is used first, so that surplus ones fall idle.
 */
export const createFunctionPool = ({
  definition: first,
  log,
  maxEnvironments = 48,
}: FunctionPoolOptions): FunctionPool => {
  let definition = first;
  let starting = 0;
  let isStopped = false;
  const outdated = new WeakSet<Environment>();
  const idle: { readonly environment: Environment; readonly since: number }[] = [];
  const all = new Set<Environment>();
  /** Those with an invocation, and since when, Unix milliseconds. */
  const busy = new Map<Environment, number>();
  const waiting: { readonly take: (environment: Environment) => void; readonly since: number }[] = [];
  let lookingAgain: NodeJS.Timeout | undefined;

  const start = (): Environment => {
    const environment = startEnvironment({ definition, log });
    all.add(environment);
    starting += 1;
    void environment.started.then(() => {
      starting -= 1;
      // One that has failed to start fails the invocation that it was started for.
      const next = outdated.has(environment) ? undefined : waiting.shift();
      if (next === undefined) release(environment);
      else next.take(environment);
      startForWaiting();
    });
    return environment;
  };

  /** How many have an invocation that has taken so long. */
  const busyFor = (ms: number): number => [...busy.values()].filter((since) => Date.now() - since >= ms).length;

  /** Whether another environment would only share the processors with those that compute. Those that wait count for nothing. */
  const isComputing = (): boolean => {
    const load = [...busy.keys()].reduce((sum, environment) => sum + environment.load(), 0);
    return all.size >= availableParallelism() && load >= availableParallelism() - idleShare;
  };

  const lookAgain = (): void => {
    lookingAgain ??= setTimeout(() => {
      lookingAgain = undefined;
      startForWaiting();
    }, patienceMs);
  };

  const startForWaiting = (): void => {
    const [oldest] = waiting;
    if (isStopped || oldest === undefined) return;
    if (isComputing() && Date.now() - oldest.since < longPatienceMs) return lookAgain();
    while (starting < Math.min(waiting.length, maxStarting) && all.size < maxEnvironments) start();
  };

  let measured = performance.eventLoopUtilization();
  const startAhead = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, measured);
    measured = now;
    // The services are in this thread: what waits for them would wait longer beside a start.
    const hasTime = utilization < idleShare && !isComputing();
    // What waits already has one started when its patience ends.
    if (busyFor(hasTime ? heldAfterMs : longAfterMs) < 2 || waiting.length > 0 || starting > 0) return;
    if (all.size - busyFor(heldAfterMs) < maxAhead && all.size < maxEnvironments) start();
  };
  const lookingAhead = setInterval(startAhead, heldAfterMs);
  lookingAhead.unref();

  const acquire = (): Environment | Promise<Environment> => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      if (entry.environment.usable()) return entry.environment;
      all.delete(entry.environment);
    }
    return new Promise((take) => {
      waiting.push({ take, since: Date.now() });
      // There is none that could become free.
      if (all.size === 0) startForWaiting();
      else lookAgain();
    });
  };

  const release = (environment: Environment): void => {
    if (outdated.has(environment)) void environment.stop();
    if (!environment.usable()) {
      all.delete(environment);
      return startForWaiting();
    }
    const next = waiting.shift();
    if (next === undefined) idle.push({ environment, since: Date.now() });
    else next.take(environment);
  };

  const reaper = setInterval(() => {
    while (all.size > 1 && idle[0] !== undefined && Date.now() - idle[0].since > idleMs) {
      const entry = idle.shift();
      if (entry === undefined) return;
      all.delete(entry.environment);
      void entry.environment.stop();
    }
  }, reapEveryMs);
  reaper.unref();

  const invoke = async (event: string): Promise<InvocationResult> => {
    if (Buffer.byteLength(event) > maxPayloadBytes) {
      const errorMessage = `${Buffer.byteLength(event)} byte payload is too large for the Event invocation type (limit ${maxPayloadBytes} bytes)`;
      return { kind: "failed", requestId: randomUUID(), error: { errorType: "RequestTooLarge", errorMessage } };
    }
    const environment = await acquire();
    busy.set(environment, Date.now());
    // From here on.
    environment.load();
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
      start();
    },
    invoke,
    busy: () => [...busy.keys()],
    warmUp: async () => {
      if (all.size === 0) await start().started;
    },
    stop: async () => {
      isStopped = true;
      clearInterval(reaper);
      clearInterval(lookingAhead);
      clearTimeout(lookingAgain);
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
};
