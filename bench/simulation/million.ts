/** One million events a second, step by step: what each step has to carry, and the first limit that it meets. */
import { closedBreaker } from "#shared/delivery/breaker.ts";
import { mostTurns, needsTurn } from "#shared/delivery/turns.ts";
import { answerTimeoutMs, deliverBatchSize, maxRecordEvents } from "#shared/contract/limits.ts";
import { assumptions, type CostCase, costOf } from "../cost/formulae.ts";
import type { Sizes } from "../cost/sizes.ts";
import { gzipBytesOf, simulated, zstdBytesOf } from "./assumptions.ts";
import { simulateWindows, type WindowsCase } from "./windows.ts";

const eventsPerSecond = 1_000_000;
/** So many that the busiest shard has some room: customers are of unequal size. */
const millionCase: WindowsCase = { eventsPerSecond, shards: 200, customers: 1_000 };
/** How long a POST of a body takes. */
const postSecondsOf = (bodyBytes: number): number =>
  simulated.answerSeconds + bodyBytes / simulated.uploadBytesPerSecond;

export interface Step {
  readonly step: string;
  readonly carries: string;
  readonly firstLimit: string;
  readonly remedy: string;
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

/** The steps of the way from a producer to the targets. */
export const millionSteps = (): readonly Step[] => {
  const windows = simulateWindows(millionCase);
  const requests = eventsPerSecond / maxRecordEvents;
  const ingestCores = eventsPerSecond / simulated.ingestEventsPerSecond;
  const recordBytes = zstdBytesOf(maxRecordEvents);
  const eventsPerInvocation = eventsPerSecond / windows.invocationsPerSecond;
  const batchSeconds = simulated.batchStartSeconds + eventsPerInvocation / simulated.batchEventsPerSecond;
  const batches = windows.batchesPerSecond;
  const invocations = batches / assumptions.batchesPerDelivery;
  const plainSeconds = postSecondsOf(windows.eventsPerBatch * simulated.eventBytes);
  const gzipSeconds = postSecondsOf(gzipBytesOf(windows.eventsPerBatch));
  const isSlow = needsTurn({ active: true, breaker: closedBreaker, answerMs: plainSeconds * 1_000 }, 0, false);
  const writes = batches * (assumptions.writesPerDelivery + (isSlow ? simulated.writesPerTurn : 0));
  const busiestSeconds = postSecondsOf(windows.busiest.eventsPerBatch * simulated.eventBytes);
  const busiestAtOnce = (windows.busiest.batchesPerMinute / 60) * busiestSeconds;
  const bodyBytes = zstdBytesOf(windows.eventsPerBatch);
  const plainGbit = (eventsPerSecond * simulated.eventBytes * 8) / 1e9;
  const gzipGbit = (batches * gzipBytesOf(windows.eventsPerBatch) * 8) / 1e9;
  return [
    {
      step: "ingest API",
      carries: `${number(requests)} requests/s of ${maxRecordEvents} events; ${number(ingestCores, 1)} vCPU`,
      firstLimit: "API Gateway, 10,000 requests/s for an account: fewer than 100 events a request do not fit",
      remedy: "larger requests, a raised quota, or producers that put packed records on the stream",
    },
    {
      step: "stream",
      carries: `${number(requests)} records/s of ${number(recordBytes / 1_000, 1)} kB, ${number((requests * recordBytes) / 1e6)} MB/s over ${millionCase.shards} shards`,
      firstLimit: `1 MB/s a shard: the busiest uses ${number(windows.busiestShard * 100)} %`,
      remedy: "salt the keys of large customers, as ingest does; more shards",
    },
    {
      step: "batch",
      carries: `${number(windows.invocationsPerSecond, 1)} invocations/s of ${number(eventsPerInvocation)} events and ${number(batchSeconds, 2)} s: ${number(windows.invocationsPerSecond * batchSeconds, 1)} at a time`,
      firstLimit: `6 MB an invocation: windows close after ${number(windows.windowSeconds, 1)} s on average, and batches are smaller`,
      remedy: "more shards lengthen the windows; nothing breaks without",
    },
    {
      step: "hand-over",
      carries: `${number(batches)} batches/s of ${number(windows.eventsPerBatch)} events, ${number(bodyBytes / 1_000)} kB in zstd each`,
      firstLimit: "S3, 3,500 writes/s for a prefix",
      remedy: "keys begin with the webhook's id, so that S3 can divide them",
    },
    {
      step: "queue",
      carries: `${number(batches)} messages/s; ${number(batches * plainSeconds)} in flight with plain bodies`,
      firstLimit: "120,000 messages in flight",
      remedy: "none needed: retries wait as delayed messages, which do not count",
    },
    {
      step: "deliver",
      carries: `${number(invocations)} invocations/s of ${number(plainSeconds, 2)} s with plain bodies, ${number(gzipSeconds, 2)} with gzip: ${number(invocations * plainSeconds)} and ${number(invocations * gzipSeconds)} at a time, ${number((batches * answerTimeoutMs) / 1_000 / deliverBatchSize)} while all targets hang; ${number(eventsPerSecond / simulated.deliverEventsPerSecond, 1)} vCPU`,
      firstLimit: `turns: a target that takes ${number(busiestSeconds, 2)} s for a POST gets ${mostTurns(busiestSeconds * 1_000)} at once at most; plain bodies for the busiest webhook need ${number(busiestAtOnce, 1)}`,
      remedy:
        "gzip bodies; two webhooks with different events; targets that hang are parked by their breakers after two time-outs",
    },
    {
      step: "records",
      carries: `${number(writes)} writes/s and ${number(batches * assumptions.readsPerDelivery)} reads/s`,
      firstLimit: "4,000 writes/s of a new on-demand table; 1,000 for a webhook's partition",
      remedy: "warm the table up; the quota of 40,000 is a request away from more",
    },
    {
      step: "egress",
      carries: `${number(plainGbit, 1)} Gbit/s of plain bodies, ${number(gzipGbit, 2)} in gzip`,
      firstLimit: "the targets' own networks, and the bill",
      remedy: "gzip bodies",
    },
  ];
};

const fixedSizes: Sizes = {
  eventBytes: simulated.eventBytes,
  recordBytes: zstdBytesOf(maxRecordEvents),
  recordEvents: maxRecordEvents,
  gzipBytesOf,
  measureSecondsPerEvent: () => 1 / simulated.batchEventsPerSecond,
};

/** Dollars per million events and per month at that rate, with plain and with gzip bodies. */
export const millionCosts = (): readonly {
  readonly bodies: string;
  readonly perMillion: number;
  readonly perMonth: number;
}[] =>
  (["plain", "gzip"] as const).map((bodies) => {
    const costCase: CostCase = {
      eventsPerSecond,
      webhooks: millionCase.customers,
      stream: "advantage",
      bodies,
      deadShare: 0,
    };
    const { total } = costOf(costCase, fixedSizes, 1 / simulated.batchEventsPerSecond);
    const millions = (eventsPerSecond * assumptions.hoursPerMonth * 3_600) / 1e6;
    return { bodies, perMillion: total, perMonth: total * millions };
  });
