import { expect, it } from "vitest";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/batch/handler.ts";
import { routerCache } from "../../../lambdas/batch/form-batches.ts";
import { eventTexts } from "../../support/builders.ts";
import { eventsFrom } from "../../support/deliver-world.ts";
import { kinesisEvent, lambdaContext } from "../../support/lambda-events.ts";
import { whileUp } from "../../support/outage.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useWorld } from "./use-world.ts";

const minute = 60_000;
const outageMs = 30 * minute;
const events = 12;
const system = useWorld();

it.each([
  ["several records", 1],
  ["one record", 12],
])(
  "an outage of all stores passes without anybody's hands, and loses nothing of a window of %s",
  async (_, perRecord) => {
    const customerId = crypto.randomUUID();
    let downUntil = 0;
    const isDown = (now: number): boolean => now < downUntil;
    const world = await system.create({ behaviour: answer(200), customerId, fields: { batchSize: 2 }, isDown });
    const { tables, bucket } = system.aws;
    const queue = await system.aws.createQueue();
    const up = <Port extends object>(port: Port): Port => whileUp(() => isDown(world.now()), port);
    const webhooks = webhooksTable(tables.webhooks);
    const handler = createHandler({
      webhooks: routerCache({ webhooks: up(webhooks), maxAgeMs: 0, now: world.now }),
      bodies: up(batchBodies(bucket)),
      quarantine: up(quarantine(bucket)),
      stuckRecords: up(stuckRecords(bucket)),
      deliveries: up(deliveryQueue(queue)),
      retries: up(deliveryQueue(queue)),
      now: world.now,
      telemetry: createTelemetry("batch"),
    });
    const texts = eventsFrom(0, events, 0).map((event) => Buffer.from(JSON.stringify(event)));
    const chunks = Array.from({ length: events / perRecord }, (__, n) =>
      texts.slice(n * perRecord, (n + 1) * perRecord),
    );
    const records = chunks.flatMap((chunk) => packRecords(customerId, eventTexts(chunk)).map(({ data }) => data));
    const first = perRecord * 10_000;
    const window = kinesisEvent(records, first);

    // Lambda passes the window again until it is taken.
    downUntil = world.now() + outageMs;
    let returns = 0;
    for (;;) {
      const { batchItemFailures } = await handler(window, lambdaContext());
      if (batchItemFailures.length === 0) break;
      expect(batchItemFailures).toEqual([{ itemIdentifier: String(first) }]);
      returns += 1;
      world.pass(minute);
    }
    expect(returns).toBe(outageMs / minute);

    // SQS passes the messages again until they are acknowledged.
    downUntil = world.now() + outageMs;
    for (const message of await system.aws.receiveAll(queue.queueUrl)) await world.enqueue(message);
    await world.drain();
    const numbers = Array.from({ length: events }, (__, n) => n);
    expect(await world.violations({ events: numbers })).toEqual([]);
    expect((await world.recordsOf()).map(({ state }) => state)).toEqual(Array(events / 2).fill("delivered"));
    expect(world.posts).toHaveLength(events / 2);
    const aside = await system.aws.listKeys("quarantine/");
    expect(aside.filter((key) => key.includes(`-${first}`))).toEqual([]);
    await world.close();
  },
);
