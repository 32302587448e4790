/**
 * The `batch` handler on a full window of one customer with 1,000 webhooks, of which ten take everything: these have no filter,
 * ten different ones, or ten that are equal. Without filters, frames pass unopened; with one, each frame is opened and each event
 * parsed, once for all. The three take turns, so that what else the machine does weighs on all of them alike. Measured and not
 * measured: see `batch-handler`.
 */
import type { Filter } from "#shared/contract/api/webhook-filter.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import { createHandler } from "../lambdas/batch/handler.ts";
import { eventTexts, subscription } from "../test/support/builders.ts";
import { lambdaContext } from "../test/support/lambda-events.ts";
import { batchDeps, fullWindow } from "./support/batch-window.ts";
import { type Benchmark, quantile } from "./support/benchmark.ts";
import { campaign, count, customerId, sizeOf } from "./support/events.ts";

const webhooks = 1_000;
const takers = 10;
/** More than fit a window. */
const generatedEvents = 90_000;
const warmUps = 2;
const rounds = 9;

/** Lets bounces and deliveries of half of the recipients through, as a customer's filter might. */
const filterOf = (number: number): Filter => ({
  and: [
    { field: "type", in: ["bounce", "delivery"] },
    { or: ["a", "e", "i", "m", "r"].map((letter) => ({ field: "rcpt_to", prefix: letter })) },
    { not: { field: "campaign_id", eq: `campaign ${number}` } },
  ],
});

/** Webhooks of which the first few take everything, and the others nothing of the window. */
const webhooksWith = (filter: (number: number) => Filter | undefined): readonly Subscription[] =>
  Array.from({ length: webhooks }, (_, number) => {
    const known = number < takers ? filter(number) : undefined;
    const rules = number < takers ? {} : { subaccountId: 1_000_000 + number };
    const own = { ...rules, ...(known === undefined ? {} : { filter: known }) };
    return subscription({ webhookId: crypto.randomUUID(), customerId, eventsMode: "all", ...own });
  });

export const filters: Benchmark = {
  method:
    "A full window packed by ingest through the handler, for 1,000 webhooks of which ten take it: without filters, with ten " +
    "different ones, with ten equal ones, by turns. A ratio is of the CPU time of one round.",
  run: async (report) => {
    const { event, bytes, events } = fullWindow(packRecords(customerId, eventTexts(campaign(generatedEvents))));
    const size = `${count(events)} in ${event.Records.length} records, ${sizeOf(bytes)}`;
    const variants = [
      { name: "no filter", filter: () => undefined },
      { name: "ten different filters", filter: filterOf },
      { name: "ten equal filters", filter: () => filterOf(0) },
    ].map(({ name, filter }) => ({
      name,
      seconds: [] as number[],
      handler: createHandler(batchDeps(webhooksWith(filter))),
    }));
    for (let round = 1 - warmUps; round <= rounds; round += 1) {
      report.progress(round < 1 ? "warming up" : `round ${round} of ${rounds}`);
      for (const { handler, seconds } of variants) {
        const before = process.cpuUsage();
        const { batchItemFailures } = await handler(event, lambdaContext());
        if (batchItemFailures.length > 0) throw new Error("The window failed.");
        const { user, system } = process.cpuUsage(before);
        if (round > 0) seconds.push((user + system) / 1_000_000);
      }
    }
    const [without = { seconds: [] }] = variants;
    for (const { name, seconds } of variants) {
      report.figure({ name, size, unit: "events/CPU-s", runs: seconds.map((one) => events / one) });
      if (seconds === without.seconds) continue;
      const ratios = seconds.map((one, round) => one / (without.seconds[round] ?? Number.NaN));
      report.figure({ name: `${name}, against none`, size, unit: "times the CPU", runs: ratios });
      const each = seconds.map((one, round) => ((one - (without.seconds[round] ?? 0)) / events) * 1_000_000);
      report.figure({ name: `${name}, more than none`, size, unit: "µs of CPU an event", runs: each });
    }
    report.progress(`median of none: ${quantile(without.seconds, 0.5).toFixed(3)} s a window`);
  },
};
