/**
 * What a million events cost on AWS, by rate, with plain and gzip bodies, healthy and with a tenth of the targets dead.
 * Measured here: sizes of generated events, of records as `ingest` packs them and of compressed bodies, and the CPU time of
 * decoding and compressing an event. Counted in the code: requests, reads and writes of a delivery and of a parking.
 * Everything else is an assumption, printed with the result, or a price.
 */
import { maxRecordEvents } from "#shared/contract/limits.ts";
import {
  assumptions,
  chainAssumptions,
  chainCost,
  type CostCase,
  costOf,
  ingestAssumptions,
  ingestCost,
} from "./cost/formulae.ts";
import { measureSecondsPerDocument, sesCost } from "./cost/ses.ts";
import { measureSizes, type Sizes } from "./cost/sizes.ts";
import type { Benchmark } from "./support/benchmark.ts";

const runs = 5;
const deadShare = 0.1;

const rates = [
  { eventsPerSecond: 100, webhooks: 10, stream: "on-demand" },
  { eventsPerSecond: 10_000, webhooks: 100, stream: "on-demand" },
  { eventsPerSecond: 1_000_000, webhooks: 1_000, stream: "advantage" },
] as const;

const cases: readonly CostCase[] = rates.flatMap((rate) =>
  [0, deadShare].flatMap((share) =>
    (["plain", "gzip"] as const).map((bodies) => ({ ...rate, bodies, deadShare: share })),
  ),
);

const chainCases = [1, 100, 1_000].flatMap((batchSize) =>
  [0.05, 1].map((answerSeconds) => ({ batchSize, answerSeconds })),
);

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

const describeAssumptions = ({ eventBytes, recordBytes, recordEvents }: Sizes): readonly string[] => [
  `measured: events of ${number(eventBytes)} B, records of ${number(recordEvents)} events in ${number(recordBytes)} B`,
  "every event goes to one webhook; all webhooks are equally busy, all the month; records are full; no free tier, no NAT",
  `dead targets take the body and never answer: one probe each ${assumptions.probeIntervalSeconds} s; their batches are parked until they expire`,
  `a delivery: ${assumptions.writesPerDelivery} writes, ${assumptions.readsPerDelivery} read, ${assumptions.sqsRequestsPerMessage} SQS requests, ` +
    `${assumptions.deliverSeconds} s of ${assumptions.deliverGb} GB for ${assumptions.batchesPerDelivery} batches`,
  "CPU as on this machine; Lambda's arm64 may take longer. Fixed: alarms, dashboard, metrics, key, idle polls",
  ...Object.entries({ ...assumptions, ...chainAssumptions, ...ingestAssumptions }).map(
    ([name, value]) => `  ${name} = ${number(value, Number.isInteger(value) ? 0 : 5)}`,
  ),
];

/** Name of a case: `10,000/s plain, 10 % dead`. */
const nameOf = ({ eventsPerSecond, bodies, deadShare: share }: CostCase): string =>
  `${number(eventsPerSecond)}/s ${bodies}, ${share === 0 ? "healthy" : `${share * 100} % dead`}`;

const unit = "$ per million events";

export const costModel: Benchmark = {
  method:
    "Prices times what a million events need of each service, by the formulae in bench/cost. Sizes and CPU are measured on " +
    "generated events; runs differ by the CPU time only.",
  run: async (report) => {
    report.progress("measuring events");
    const sizes = measureSizes();
    for (const line of describeAssumptions(sizes)) console.log(`  ${line}`);
    const secondsPerEvent = Array.from({ length: runs }, () => sizes.measureSecondsPerEvent());
    for (const costCase of cases) {
      const costs = secondsPerEvent.map((seconds) => costOf(costCase, sizes, seconds));
      const [cost] = costs;
      if (cost === undefined) continue;
      const parts = (["stream", "batch", "deliver", "egress", "dead", "fixed"] as const)
        .map((part) => `${part} ${number(cost[part], 4)}`)
        .join(" + ");
      report.figure({
        name: nameOf(costCase),
        size: `${parts}; batches of ${number(cost.eventsPerBatch)} events, ${cost.shards} shards, ${costCase.webhooks} webhooks`,
        unit,
        runs: costs.map(({ total }) => total),
      });
    }
    for (const chainCase of chainCases) {
      const { requests, table, lambda, total } = chainCost(chainCase, sizes);
      report.figure({
        name: `deliveries, batches of ${number(chainCase.batchSize)}, targets of ${chainCase.answerSeconds} s`,
        size: `requests ${number(requests, 4)} + table and logs ${number(table, 4)} + function ${number(lambda, 4)}`,
        unit,
        runs: [total],
      });
    }
    for (const eventsPerRequest of [maxRecordEvents, 50, 1]) {
      const { api, lambda, rest, total } = ingestCost(eventsPerRequest);
      report.figure({
        name: `the ingest API, besides, ${eventsPerRequest} events a request`,
        size: `requests ${number(api, 4)} + functions ${number(lambda, 4)} + table and logs ${number(rest, 4)}`,
        unit,
        runs: [total],
      });
    }
    const sesCosts = (await measureSecondsPerDocument(runs)).map(sesCost);
    const [ses] = sesCosts;
    if (ses === undefined) return;
    report.figure({
      name: "Amazon SES's documents, besides",
      size: `topic ${number(ses.topic, 2)} + queue ${number(ses.queue, 2)} + function ${number(ses.lambda, 4)}`,
      unit: "$ per million documents",
      runs: sesCosts.map(({ total }) => total),
    });
  },
};
