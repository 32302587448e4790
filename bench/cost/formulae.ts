import {
  batchWindowSeconds,
  deliverBatchSize,
  inlineMessageBytes,
  maxBatchEvents,
  retryWindowMs,
} from "#shared/contract/limits.ts";
import { egressCost, prices } from "./prices.ts";
import type { Sizes } from "./sizes.ts";

/** What is taken for granted; the benchmark prints it with the result. */
export const assumptions = {
  hoursPerMonth: 730,
  /** An invocation's largest event, and what a record adds to its base64. */
  windowBytes: 6_000_000,
  envelopeBytes: 600,
  /** Share of a shard's 1 MB/s that is used. */
  shardUse: 0.7,
  fewestShards: 4,
  batchGb: 1_769 / 1_024,
  batchStartSeconds: 0.05,
  deliverGb: 1,
  /** An invocation of `deliver` with healthy targets, and the batches in it. */
  deliverSeconds: 1.2,
  batchesPerDelivery: 5,
  /** A batch that is parked: ten in an invocation that only reads and writes. */
  parkingSeconds: 0.05,
  /** A dead target takes the whole body and never answers. */
  deadTargetSeconds: 6,
  /** A breaker that stays open: from one probe, or one look of a parked batch, to the next. */
  probeIntervalSeconds: 305,
  logLineBytes: 1_024,
  /** Send, receive and delete. */
  sqsRequestsPerMessage: 3,
  /** Claim with its entry in the index by id, outcome, webhook's last attempt, hour's counter. */
  writesPerDelivery: 5,
  readsPerDelivery: 1,
  writesPerParking: 1,
  readsPerParking: 1,
  /** Outcome, index of failed batches, index of waiting ones when it joins and when it leaves, hour's counter. */
  writesPerExpiry: 5,
  batchItemBytes: 1_536,
  batchItemDays: 14,
  alarms: 23,
  customMetrics: 25,
  /** Long polls of five pollers on three queues. */
  idlePollsPerMonth: 1_971_000,
} as const;

export interface CostCase {
  readonly eventsPerSecond: number;
  readonly webhooks: number;
  /** How the stream is billed. */
  readonly stream: "on-demand" | "advantage";
  readonly bodies: "plain" | "gzip";
  /** Share of the webhooks, and of the events, with a target that never answers. */
  readonly deadShare: number;
}

/** Dollars per million events, by what they are paid for. */
export interface Cost {
  readonly stream: number;
  readonly batch: number;
  readonly deliver: number;
  readonly egress: number;
  readonly dead: number;
  readonly fixed: number;
  readonly total: number;
  /** Events in a batch, and shards: what the rest follows from. */
  readonly eventsPerBatch: number;
  readonly shards: number;
}

const gb = 2 ** 30;
const million = 1e6;

/** What a system costs that runs at one rate for a month. */
export const costOf = (costCase: CostCase, sizes: Sizes, secondsPerEvent: number): Cost => {
  const a = assumptions;
  const { eventsPerSecond, webhooks, deadShare } = costCase;
  const millionsPerMonth = (eventsPerSecond * a.hoursPerMonth * 3_600) / million;

  const bytesPerSecond = (eventsPerSecond / sizes.recordEvents) * sizes.recordBytes;
  const shards = Math.max(a.fewestShards, Math.ceil(bytesPerSecond / (a.shardUse * million)));
  const recordInWindow = (sizes.recordBytes * 4) / 3 + a.envelopeBytes;
  const mostEvents = (a.windowBytes / recordInWindow) * sizes.recordEvents;
  const windowSeconds = Math.min(batchWindowSeconds, (mostEvents * shards) / eventsPerSecond);
  const eventsPerWindow = (eventsPerSecond * windowSeconds) / shards;
  // Webhooks are spread over the shards by customer, so that a webhook's events of a window are in one shard's.
  const eventsPerBatch = Math.min(maxBatchEvents, eventsPerWindow, (eventsPerSecond * windowSeconds) / webhooks);
  const batches = million / eventsPerBatch;

  const stream = streamCost(costCase.stream, { sizes, millionsPerMonth });
  const batchSeconds = a.batchStartSeconds + eventsPerWindow * secondsPerEvent;
  const batch = (million / eventsPerWindow) * (batchSeconds * a.batchGb * prices.lambdaGbSecond + prices.lambdaRequest);

  const gzipBytes = sizes.gzipBytesOf(eventsPerBatch);
  const isInline = (gzipBytes * 4) / 3 + a.logLineBytes <= inlineMessageBytes;
  const place = isInline ? 0 : prices.s3Put;
  const fetch = isInline ? 0 : prices.s3Get;
  const log = (a.logLineBytes / gb) * prices.logsGb;
  const message = a.sqsRequestsPerMessage * prices.sqsRequest;
  const keep = (a.batchItemBytes / gb) * prices.dynamodbGbMonth * (a.batchItemDays / 30);
  const writes = (count: number): number => count * prices.dynamodbWrite;
  const lambda = (seconds: number, messages: number): number =>
    (seconds * a.deliverGb * prices.lambdaGbSecond + prices.lambdaRequest) / messages;

  const delivery =
    place +
    fetch +
    message +
    writes(a.writesPerDelivery) +
    a.readsPerDelivery * prices.dynamodbRead +
    keep +
    log +
    lambda(a.deliverSeconds, a.batchesPerDelivery);
  const parking =
    message +
    writes(a.writesPerParking) +
    a.readsPerParking * prices.dynamodbRead +
    log +
    lambda(a.parkingSeconds, deliverBatchSize);
  const parkings = 1 + Math.floor(retryWindowMs / 1_000 / a.probeIntervalSeconds);
  // The body of a batch that waits is an object, however small it is.
  const expiry = prices.s3Put + message + writes(1 + a.writesPerExpiry) + keep + log;
  const probesPerMonth = (webhooks * deadShare * a.hoursPerMonth * 3_600) / a.probeIntervalSeconds;
  const probe = delivery + lambda(a.deadTargetSeconds, 1);
  const dead = deadShare * batches * (parkings * parking + expiry) + (probesPerMonth * probe) / millionsPerMonth;
  const deliver = (1 - deadShare) * batches * delivery;

  const plainBytes = eventsPerBatch * sizes.eventBytes;
  const bodyBytes = costCase.bodies === "gzip" ? gzipBytes : plainBytes;
  const posts = (1 - deadShare) * batches * millionsPerMonth + probesPerMonth;
  const egress = egressCost((posts * bodyBytes) / gb) / millionsPerMonth;

  const fixedPerMonth =
    a.alarms * prices.alarmMonth +
    a.customMetrics * prices.customMetricMonth +
    prices.dashboardMonth +
    prices.keyMonth +
    a.idlePollsPerMonth * prices.sqsRequest;
  const fixed = fixedPerMonth / millionsPerMonth;
  const total = stream + batch + deliver + dead + egress + fixed;
  return { stream, batch, deliver, egress, dead, fixed, total, eventsPerBatch, shards };
};

const streamCost = (
  billing: CostCase["stream"],
  { sizes, millionsPerMonth }: { readonly sizes: Sizes; readonly millionsPerMonth: number },
): number => {
  // Each record is billed in whole kilobytes.
  const gbPerMillion = ((million / sizes.recordEvents) * Math.ceil(sizes.recordBytes / 1_024) * 1_024) / gb;
  if (billing === "advantage") return gbPerMillion * (prices.advantageGbIn + prices.advantageGbOut);
  const hours = (assumptions.hoursPerMonth * prices.onDemandStreamHour) / millionsPerMonth;
  return gbPerMillion * (prices.onDemandGbIn + prices.onDemandGbOut) + hours;
};

/** What is taken for granted of chains, besides what holds for each of their batches; the benchmark prints it, too. */
export const chainAssumptions = {
  /** What a window holds for the webhook. */
  eventsPerChain: 10_000,
  /** A batch besides its target's answer: claim, outcome and the reads before them. */
  batchSeconds: 0.03,
  /** POSTs of one hop go on for so long: the function's time-out less the longest attempt. */
  hopSeconds: 19,
  /** Claim, and passing on or end. */
  writesPerHop: 2,
  /** Taking a turn and giving it back, where the target takes longer than 250 ms. */
  writesPerTurn: 2,
  turnsFromSeconds: 0.25,
} as const;

/**
 * What the deliveries of a million events cost that come in chains: batches of a smaller `batch_size`, cut by `deliver` and
 * POSTed one after the other to a target that takes so long for each. A function waits for one target alone.
 */
export const chainCost = (
  { batchSize, answerSeconds }: { readonly batchSize: number; readonly answerSeconds: number },
  { gzipBytesOf }: Pick<Sizes, "gzipBytesOf">,
) => {
  const a = assumptions;
  const c = chainAssumptions;
  const chains = 1e6 / c.eventsPerChain;
  const batches = chains * Math.ceil(c.eventsPerChain / batchSize);
  const secondsPerBatch = answerSeconds + c.batchSeconds;
  const hops = Math.max(chains, Math.ceil((batches * secondsPerBatch) / c.hopSeconds));
  const isStored = (gzipBytesOf(c.eventsPerChain) * 4) / 3 + a.logLineBytes > inlineMessageBytes;
  const turns = answerSeconds >= c.turnsFromSeconds ? c.writesPerTurn : 0;
  const requests =
    hops * (a.sqsRequestsPerMessage * prices.sqsRequest + (isStored ? prices.s3Get : 0)) +
    (isStored ? chains * prices.s3Put : 0);
  const table =
    batches *
      (a.writesPerDelivery * prices.dynamodbWrite +
        a.readsPerDelivery * prices.dynamodbRead +
        (a.batchItemBytes / gb) * prices.dynamodbGbMonth * (a.batchItemDays / 30) +
        (a.logLineBytes / gb) * prices.logsGb) +
    hops * (c.writesPerHop + turns) * prices.dynamodbWrite;
  const lambda = batches * secondsPerBatch * a.deliverGb * prices.lambdaGbSecond + hops * prices.lambdaRequest;
  return { requests, table, lambda, total: requests + table + lambda };
};

/** What is taken for granted of a request to `POST /ingest/events`; the benchmark prints it with the result. */
export const ingestAssumptions = {
  /** The authorizer of this route has no cache: it runs, and reads the key, for each request. */
  authorizeGb: 0.25,
  authorizeSeconds: 0.008,
  ingestGb: 1,
  /** Decoding, packing and PutRecords: for the request, and for each event in it. */
  ingestSeconds: 0.015,
  ingestSecondsPerEvent: 0.000_01,
  /** Access log, the line of each function. */
  logBytes: 3 * 1_024,
} as const;

/** What a million events cost that come through the API, with so many in a request, by what is used. */
export const ingestCost = (eventsPerRequest: number) => {
  const a = ingestAssumptions;
  const requests = 1e6 / eventsPerRequest;
  const lambda =
    requests * (2 * prices.lambdaRequest + a.authorizeGb * a.authorizeSeconds * prices.lambdaGbSecond) +
    (requests * a.ingestSeconds + 1e6 * a.ingestSecondsPerEvent) * a.ingestGb * prices.lambdaGbSecond;
  const api = requests * prices.restRequest;
  const rest = requests * (prices.dynamodbRead + (a.logBytes / gb) * prices.logsGb);
  return { api, lambda, rest, total: api + lambda + rest };
};
