/** A soak: load and faults for a time, then quiet, then judgement. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import { createRandom } from "../../local/generator/random.ts";
import { createClients } from "../../emulator/services/clients.ts";
import { freePort } from "../support/tidepost.ts";
import { createDirector } from "./director.ts";
import { operatorOf } from "./operator.ts";
import { settle } from "./settle.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import type { FaultName } from "./faults.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { type Entrance, runLoad } from "./load.ts";
import { soakKeys, type SoakWebhook, soakWebhooks, targetUrl } from "./population.ts";
import { type RuntimeSetup, targetAddress } from "./runtime-messages.ts";
import { type RuntimeProcess, startRuntimeProcess } from "./runtime-process.ts";
import { startTargets } from "./targets.ts";
import { expiredEvents, findViolations, type Remains } from "./violations.ts";
import { watchCalls } from "./watch-calls.ts";

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly kills: number;
  readonly faults: ReadonlySet<FaultName>;
  /** Ends load and faults early; what has happened is judged. */
  readonly signal?: AbortSignal;
  readonly progress: (text: string) => void;
  /** Every line that functions and runtime write. */
  readonly log: (text: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: readonly FaultName[];
  readonly kills: number;
  readonly accepted: number;
  readonly batches: number;
  /** Events that a target took more than once. */
  readonly repeatedEvents: number;
  readonly expiredEvents: number;
  /** How often each thing happened. */
  readonly counts: Readonly<Record<string, number>>;
  /** Breaches, each beginning with the number of its invariant; empty when all held. */
  readonly violations: readonly string[];
}

/**
 * Four hours of retries take eight minutes: a killed attempt, whose claim and turn last 65 s, and a message that failed twice,
 * which stays away for up to five minutes, have time to be made up for.
 */
const retryScale = 30;
/** Longer than any invocation lives: AWS takes no mapping of a queue that hides messages for less. */
const visibilityTimeoutSeconds = deliverTimeoutSeconds + 10;
const concurrency = 4;
/** Longest life of a run, as a multiple of the asked time, when the machine is too slow for its kills. */
const patience = 4;
const progressEveryMs = 5_000;
/** Time without any POST after which it is told what deliveries wait for. */
const standstillMs = 30_000;

/** Runs it and says what it found. Always ends by itself. */
export const runSoak = async (options: SoakOptions): Promise<SoakReport> => {
  const { seed, faults, progress } = options;
  const random = createRandom(seed);
  const ledger = createLedger(soakWebhooks({ sockets: faults.has("sockets"), hostile: faults.has("hostile") }));
  const dataDir = await mkdtemp(join(tmpdir(), "tidepost-soak-"));
  const targets = await startTargets({
    ledger,
    random: createRandom(seed + 1),
    posted: (batch, what) => director.posted(batch, what),
  });
  const watch = watchCalls(ledger);
  const undeletable = new Set<string>();
  let runtime: RuntimeProcess | undefined;
  let entrance: (Entrance & { readonly close: () => void }) | undefined;
  let isExpectedEnd = false;

  const proxy = await startFaultProxy({
    interfere: (call) => {
      const fault = director.interfere(call);
      if (fault.kind === "none") return fault;
      watch.tampered(call);
      const key = watch.deletes(call);
      if (key !== undefined) undeletable.add(key);
      return fault;
    },
    answered: (call, answer) => watch.answered(call, `${runtime?.pid ?? 0}/${call.worker?.threadId ?? 0}`, answer),
    kill: (threadId) => director.killWorker(threadId),
  });
  const setup: RuntimeSetup = {
    dataDir,
    port: await freePort(),
    keys: soakKeys,
    retryScale,
    visibilityTimeoutSeconds,
    concurrency,
    seed: seed + 2,
    proxies: proxy.endpoints,
  };

  const start = async (): Promise<void> => {
    const started = await startRuntimeProcess(setup, {
      onEndpoints: proxy.leadTo,
      onMeddled: (how) => ledger.count(`invocations ${how}`),
      onTimedOut: (pid) => {
        // Which environment it was is not told; it may be any of them.
        ledger.kills.push({ order: ledger.nextOrder(), worker: `${pid}/*` });
        ledger.count("time-outs of functions");
      },
      onLog: options.log,
    });
    const clients = createClients(started.endpoints);
    const streamName = Object.values(started.created.streams)[0]?.name ?? "";
    entrance = { apiUrl: started.apiUrl, kinesis: clients.kinesis, streamName, close: clients.destroy };
    runtime = started;
    started.setWorld(director.world());
    void started.ended.then(() => {
      if (runtime !== started) return;
      if (!isExpectedEnd) void recover(started);
    });
  };
  const forget = (): void => {
    entrance?.close();
    entrance = undefined;
    runtime = undefined;
  };
  /** After an end that nobody asked for: a full disk may be the reason, nothing else. */
  const recover = async (ended: RuntimeProcess): Promise<void> => {
    if (director.isDiskFull()) ledger.count("ends of the runtime by a full disk");
    else ledger.faults.push("runtime: the process ended by itself");
    ledger.kills.push({ order: ledger.nextOrder(), worker: `${ended.pid}/*` });
    forget();
    await start();
  };
  const restart = async (dead: () => void): Promise<void> => {
    const killed = runtime;
    forget();
    await killed?.kill();
    dead();
    await start();
  };
  const director = createDirector({
    ledger,
    random,
    faults,
    kills: options.kills,
    durationMs: options.seconds * 1_000,
    targets,
    runtime: () => runtime,
    restart,
  });

  const tell = (): void => {
    const { accepted, batches, counts } = ledger;
    progress(
      `${director.kills()} kills, ${accepted.size} events accepted, ${batches.size} batches, ` +
        `${counts.get("POSTs") ?? 0} POSTs, ${counts.get("POSTs taken") ?? 0} of them taken, ${ledger.openDeliveries()} deliveries open`,
    );
  };
  let posts = 0;
  let postedAt = Date.now();
  /** Says what deliveries wait for when no target has got one for a while. */
  const tellStandstill = async (): Promise<void> => {
    const now = ledger.counts.get("POSTs") ?? 0;
    if (now !== posts || ledger.openDeliveries() === 0) postedAt = Date.now();
    posts = now;
    if (Date.now() - postedAt < standstillMs || runtime === undefined) return;
    postedAt = Date.now();
    const operator = operatorOf(runtime);
    try {
      for (const line of await operator.whatWaits()) progress(`  no POST: ${line}`);
    } finally {
      operator.stop();
    }
  };
  const ticker = setInterval(() => {
    tell();
    void tellStandstill().catch(() => undefined);
  }, progressEveryMs);

  try {
    await start();
    await createWebhooks(ledger, setup, targets.port);
    if (!targets.hasTrap) progress("this system has one loopback address only: the trap for promise 8 is not set");
    const loading = new AbortController();
    const load = runLoad({
      ledger,
      random: createRandom(seed + 3),
      entrance: () => entrance,
      signal: loading.signal,
      hostile: faults.has("hostile") ? { isAlone: faults.size === 1 } : undefined,
    });
    const longest = AbortSignal.timeout(options.seconds * 1_000 * patience);
    await director.run(options.signal === undefined ? longest : AbortSignal.any([longest, options.signal]));
    loading.abort();
    await load;
    progress("no more load and faults; waiting for what is open");
    const remains = await settle({ ledger, targets, runtime: () => runtime, undeletable, faults });
    tell();
    isExpectedEnd = true;
    return toReport(options, ledger, remains, director.kills());
  } finally {
    isExpectedEnd = true;
    clearInterval(ticker);
    const last = runtime;
    forget();
    await last?.kill();
    await targets.stop();
    await proxy.stop();
    await delay(0);
    await rm(dataDir, { recursive: true, force: true });
  }
};

const createWebhooks = async (ledger: Ledger, { port }: RuntimeSetup, targetPort: number): Promise<void> => {
  for (const webhook of ledger.webhooks) {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/webhooks`, {
      method: "POST",
      headers: { authorization: soakKeys[webhook.customerId] ?? "", "content-type": "application/json" },
      body: JSON.stringify(definition(webhook, targetPort)),
    });
    const answer = (await response.json()) as { readonly results?: { readonly id: string } };
    if (answer.results === undefined) throw new Error(`A webhook was not created: ${JSON.stringify(answer)}`);
    ledger.webhookIds.set(webhook.name, answer.results.id);
  }
};

const definition = (webhook: SoakWebhook, targetPort: number) => ({
  name: webhook.name,
  target: targetUrl(webhook, targetPort, targetAddress),
  batch_size: webhook.batchSize,
  ...(webhook.takes === undefined ? { events_mode: "all" } : { events: webhook.takes }),
});

const toReport = (
  { seed, seconds, faults }: SoakOptions,
  ledger: Ledger,
  remains: Remains,
  kills: number,
): SoakReport => {
  const deliveries = [...ledger.batches.values()].flatMap(({ posts }) =>
    posts.flatMap(({ webhook, numbers, takenAt }) =>
      takenAt === undefined ? [] : numbers.map((n) => `${webhook}/${n}`),
    ),
  );
  const expired = [...expiredEvents(ledger, remains.states).values()];
  const counts = [...ledger.counts].toSorted(([a], [b]) => a.localeCompare(b));
  return {
    seed,
    seconds,
    faults: [...faults],
    kills,
    accepted: ledger.accepted.size,
    batches: ledger.batches.size,
    repeatedEvents: deliveries.length - new Set(deliveries).size,
    expiredEvents: expired.reduce((sum, { size }) => sum + size, 0),
    counts: Object.fromEntries(counts),
    violations: findViolations(ledger, remains),
  };
};
