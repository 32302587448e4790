/** Decides from the seed which faults are made, and when. */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Random } from "../../local/generator/random.ts";
import type { AwsCall, Interference } from "./aws-call.ts";
import type { FaultName } from "./faults.ts";
import type { Ledger, SoakBatch } from "./ledger.ts";
import { calmWorld, type World } from "./runtime-messages.ts";
import type { RuntimeProcess } from "./runtime-process.ts";
import type { Targets } from "./targets.ts";

/** Of so many kills one takes the whole process. */
const killsToProcessKill = 25;
/** How long the runtime lives at least before it is killed as a whole. */
const lifeMs = [100, 3_000] as const;
/** How long a kill waits for the call that it is aimed at. */
const aimTimeoutMs = 2_000;
/** Share of the kills that are aimed; the others strike whatever is busy. */
const aimedShare = 0.85;
/**
 * POSTs that targets take between two kills of environments, unless none comes for a while. A machine that is too slow for its
 * kills would otherwise do nothing but start environments, each of which is killed at its first call.
 */
const postsBetweenKills = 3;
const longestLullMs = 15_000;
/** Kills that are under way at a time: most wait for a call of their kind. */
const killLanes = 8;
/** Calls of its kind that a kill lets pass at most: an invocation begins with as many of a kind as it has messages. */
const longestSkip = 12;
/** Two jumps in opposite directions, and a slow POST, fit into the 65 s of a claim: no clock alone ends one. */
const longestJumpMs = 8_000;
const backgroundFaults = 0.01;
const episodeFaults = 0.7;
const meddling = 0.15;
const diskFullMs = 700;

const awsFaults = ["throttle", "error", "break", "lose_answer", "slow", "halve"] as const;
/**
 * What kills wait for: a call of a function, by operation, or a POST that a target has got or taken. The ones with most at
 * stake come most often. Kills that wait for progress do not keep a slow machine from making any.
 */
const aimedAt = [
  { functionName: "Delivery", operation: "UpdateItem" },
  { functionName: "Delivery", operation: "SendMessage" },
  { functionName: "Delivery", operation: "DELETE" },
  { functionName: "Delivery", operation: "" },
  { functionName: "Batching", operation: "PUT" },
  { functionName: "Batching", operation: "SendMessageBatch" },
  { functionName: "Ingest", operation: "PutRecords" },
  { post: "got" },
  { post: "taken" },
  { post: "taken" },
] as const;

interface Aim {
  readonly at: (typeof aimedAt)[number];
  readonly moment: "before" | "after";
  readonly hit: () => void;
  /** Calls, or POSTs, that are let pass. */
  skip: number;
}

export interface DirectorOptions {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly faults: ReadonlySet<FaultName>;
  readonly kills: number;
  readonly durationMs: number;
  readonly targets: Targets;
  readonly runtime: () => RuntimeProcess | undefined;
  /** Kills the whole runtime and starts it again; tells when it is dead. */
  readonly restart: (dead: () => void) => Promise<void>;
}

/** Creates the director; it does nothing until it runs. */
export const createDirector = (options: DirectorOptions) => {
  const { ledger, random, faults, runtime, targets } = options;
  let world: World = calmWorld;
  const aims = new Set<Aim>();
  let episode: { readonly service: AwsCall["service"]; readonly kind: "throttle" | "error" } | undefined;
  let kills = 0;
  let diskFullAt = Number.NEGATIVE_INFINITY;
  let isActive = false;
  /** When a kill was last begun, and how many POSTs had been taken then. */
  let lastKill = { at: 0, taken: 0 };

  const change = (changes: Partial<World>): void => {
    world = { ...world, ...changes };
    runtime()?.setWorld(world);
  };

  const takenPosts = (): number => ledger.counts.get("POSTs taken") ?? 0;
  /** Whether the next kill of an environment may come now. */
  const isDue = (): boolean =>
    takenPosts() - lastKill.taken >= postsBetweenKills || Date.now() - lastKill.at >= longestLullMs;
  const begin = (): void => {
    lastKill = { at: Date.now(), taken: takenPosts() };
  };

  const noteKill = (worker: string, what: string): void => {
    kills += 1;
    ledger.kills.push({ order: ledger.nextOrder(), worker });
    ledger.count(`kills of ${what}`);
  };

  const shortName = (functionName: string): string => functionName.replace(/(?:Function)?[0-9A-F]{8}$/, "");

  const killWorker = async (threadId?: number): Promise<boolean> => {
    const process = runtime();
    const killed = await process?.killWorker(threadId);
    if (process === undefined || killed === undefined) return false;
    noteKill(`${process.pid}/${killed.threadId}`, shortName(killed.functionName));
    return true;
  };

  /** Waits for what a kill is aimed at; gives up after a while. */
  const killAtCall = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, aimTimeoutMs);
    const at = random.pick(aimedAt);
    const aim: Aim = {
      at,
      moment: random.chance(0.5) ? "before" : "after",
      skip: "post" in at ? 0 : random.integer(0, longestSkip),
      hit: resolve,
    };
    aims.add(aim);
    await promise;
    clearTimeout(timer);
    aims.delete(aim);
  };

  /** Takes an aim that is meant, if one has let enough pass. */
  const struck = (isMeant: (aim: Aim) => boolean): Aim | undefined => {
    if (!isDue()) return undefined;
    for (const aim of aims) {
      if (!isMeant(aim)) continue;
      aim.skip -= 1;
      if (aim.skip >= 0) continue;
      aims.delete(aim);
      begin();
      aim.hit();
      return aim;
    }
    return undefined;
  };

  const killOne = async (): Promise<void> => {
    const isWhole = faults.has("process") && (!faults.has("workers") || random.chance(1 / killsToProcessKill));
    if (isWhole) {
      await delay(random.integer(...lifeMs));
      const pid = runtime()?.pid;
      if (pid === undefined) return;
      await options.restart(() => noteKill(`${pid}/*`, "the whole runtime"));
    } else if (random.chance(aimedShare)) {
      await killAtCall();
    } else {
      await delay(random.integer(0, 1_000));
      if (!isDue()) return;
      begin();
      await killWorker();
    }
  };

  const awsFault = (call: AwsCall): Interference => {
    if (!faults.has("aws")) return { kind: "none" };
    const isEpisode = episode !== undefined && call.service === episode.service;
    if (isEpisode && episode !== undefined && random.chance(episodeFaults)) return { kind: episode.kind };
    if (!random.chance(backgroundFaults)) return { kind: "none" };
    const kind = random.pick(awsFaults);
    return kind === "slow" ? { kind, ms: random.integer(200, 2_000) } : { kind };
  };

  const repeat = async (signal: AbortSignal, everyMs: number, work: () => Promise<void> | void): Promise<void> => {
    while (!signal.aborted) {
      await delay(random.integer(everyMs / 2, everyMs * 1.5), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await work();
    }
  };

  const fillDisk = async (): Promise<void> => {
    const pid = runtime()?.pid;
    if (pid === undefined) return;
    const limit = async (soft: string): Promise<void> => {
      await promisify(execFile)("prlimit", ["--pid", String(pid), `--fsize=${soft}:`]);
    };
    diskFullAt = Date.now();
    try {
      await limit("0");
      ledger.count("full disks");
      await delay(diskFullMs);
      await limit("unlimited");
    } catch {
      // The process has ended meanwhile.
    }
    diskFullAt = Date.now();
  };

  return {
    /** What happens to a call of a function. */
    interfere: (call: AwsCall): Interference => {
      if (!isActive || call.worker === undefined) return { kind: "none" };
      const { functionName } = call.worker;
      const aim = struck(
        ({ at }) =>
          "operation" in at && functionName.includes(at.functionName) && call.operation.startsWith(at.operation),
      );
      if (aim !== undefined) return { kind: "kill", moment: aim.moment };
      const fault = awsFault(call);
      if (fault.kind !== "none") ledger.count(`AWS calls: ${fault.kind}`);
      return fault;
    },
    killWorker,
    /** A target has got a POST, or taken it. */
    posted: async ({ claims }: SoakBatch, post: "got" | "taken"): Promise<void> => {
      if (!isActive || struck(({ at }) => "post" in at && at.post === post) === undefined) return;
      const [pid, threadId] = claims.at(-1)?.worker.split("/") ?? [];
      if (pid === String(runtime()?.pid)) await killWorker(Number(threadId));
    },
    /** How environments see the world now, for a runtime that has just started. */
    world: (): World => world,
    /** Whether an end of the process may be due to the full disk. */
    isDiskFull: (): boolean => Date.now() - diskFullAt < 3_000,
    kills: (): number => kills,
    isActive: (): boolean => isActive,

    /** Makes faults for the given time, and until all kills are done; stops early with the signal. */
    run: async (signal: AbortSignal): Promise<void> => {
      isActive = true;
      const over = new AbortController();
      const end = AbortSignal.any([signal, over.signal]);
      if (faults.has("duplicates")) change({ meddling });
      const side = [
        ...(faults.has("clock")
          ? [
              repeat(end, 4_000, async () => {
                change({ clockOffsetMs: random.integer(-longestJumpMs, longestJumpMs) });
                ledger.count("clock jumps");
                await delay(2_000, undefined, { signal: end }).catch(() => undefined);
                change({ clockOffsetMs: 0 });
              }),
            ]
          : []),
        ...(faults.has("dns")
          ? [
              repeat(end, 2_000, () => {
                change({ dnsFlips: !world.dnsFlips });
                ledger.count("DNS flips");
                // Names are looked up for new connections only.
                targets.disturb();
              }),
            ]
          : []),
        ...(faults.has("sockets") ? [repeat(end, 1_000, () => targets.disturb())] : []),
        ...(faults.has("aws")
          ? [
              repeat(end, 4_000, async () => {
                const service = random.pick(["dynamodb", "kinesis", "s3", "sqs"]) as AwsCall["service"];
                episode = { service, kind: random.pick(["throttle", "error"]) as "throttle" | "error" };
                ledger.count(`${service} is down`);
                await delay(random.integer(300, 1_200), undefined, { signal: end }).catch(() => undefined);
                episode = undefined;
              }),
            ]
          : []),
        ...(faults.has("disk") ? [repeat(end, Math.min(60_000, options.durationMs / 2), fillDisk)] : []),
      ];
      const startedAt = Date.now();
      let begun = 0;
      const lane = async (): Promise<void> => {
        // A kill that strikes nothing is made up for.
        while (kills < options.kills && !signal.aborted) {
          const dueAt = startedAt + ((begun + random.fraction()) * options.durationMs) / options.kills;
          begun += 1;
          await delay(Math.max(0, dueAt - Date.now()), undefined, { signal }).catch(() => undefined);
          if (!signal.aborted && kills < options.kills) await killOne();
        }
      };
      const isKilling = faults.has("workers") || faults.has("process");
      // Several kills of the whole runtime at a time would be one.
      const lanes = faults.has("workers") ? killLanes : 1;
      const killing = Promise.all(isKilling ? Array.from({ length: lanes }, lane) : []);
      await Promise.all([killing, delay(options.durationMs, undefined, { signal }).catch(() => undefined)]);
      over.abort();
      await Promise.all(side);
      isActive = false;
      change(calmWorld);
    },
  };
};
