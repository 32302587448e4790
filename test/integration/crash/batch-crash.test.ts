import { GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/batch/handler.ts";
import { routerCache } from "../../../lambdas/batch/form-batches.ts";
import { eventTexts } from "../../support/builders.ts";
import { eventsFrom } from "../../support/deliver-world.ts";
import { type KillSwitch, killSwitch } from "../../support/kill-switch.ts";
import { kinesisEvent, lambdaContext } from "../../support/lambda-events.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useWorld } from "./use-world.ts";

const maxAwaits = 100;
const system = useWorld();

interface Window {
  readonly name: string;
  readonly fields: Partial<Webhook>;
  readonly events: number;
  readonly eventBytes: number;
  readonly calls: readonly string[];
}

const windows: readonly Window[] = [
  {
    name: "of a chain inside its message",
    fields: { batchSize: 1 },
    events: 5,
    eventBytes: 0,
    calls: ["dynamodb.QueryCommand", "s3.place", "quarantine.put", "sqs.SendMessageBatchCommand"],
  },
  {
    name: "of a chain with a stored body",
    fields: { batchSize: 2 },
    events: 5,
    eventBytes: 100_000,
    calls: ["s3.place", "quarantine.put", "sqs.SendMessageBatchCommand"],
  },
];

/** `batch` in front of a world, whose queue gets what `batch` puts on the real one. */
const createStream = async ({ fields, events, eventBytes }: Window) => {
  const customerId = crypto.randomUUID();
  const options = { behaviour: answer(200), customerId, fields };
  const world = await system.create(options);
  const queue = await system.aws.createQueue();
  const { tables, bucket } = system.aws;
  // One record an event, and one that is garbage, so that the window can be halved anywhere.
  const good = eventsFrom(0, events, eventBytes).map((event) => Buffer.from(JSON.stringify(event)));
  const packed = good.flatMap((bytes) => packRecords(customerId, eventTexts([bytes])).map(({ data }) => data));
  const records = [...packed, Buffer.from(`not an event of ${customerId}`)];

  /** One invocation for the records from `start` to `end`; false when it was killed. */
  const invoke = async (plan: KillSwitch, start = 0, end = records.length): Promise<boolean> => {
    const invocation = plan.begin();
    const webhooks = webhooksTable({
      ...tables.webhooks,
      client: invocation.watch("dynamodb", tables.webhooks.client),
    });
    const handler = createHandler({
      webhooks: routerCache({ webhooks, maxAgeMs: 0, now: world.now }),
      bodies: invocation.watch("s3", batchBodies(bucket)),
      quarantine: invocation.watch("quarantine", quarantine(bucket)),
      stuckRecords: stuckRecords(bucket),
      deliveries: deliveryQueue({ ...queue, client: invocation.watch("sqs", queue.client) }),
      retries: deliveryQueue({ ...queue, client: invocation.watch("sqs", queue.client) }),
      now: world.now,
      telemetry: createTelemetry("batch"),
    });
    const event = kinesisEvent(records.slice(start, end), 100 + start);
    const result = await invocation.survive(handler(event, lambdaContext()));
    if (result !== undefined) expect(result).toEqual({ batchItemFailures: [] });
    return result !== undefined;
  };

  return {
    world,
    invoke,
    halves: [
      [0, Math.floor(records.length / 2)],
      [Math.floor(records.length / 2), records.length],
    ] as const,
    /** Delivers what is on the queue. */
    deliver: async (): Promise<void> => {
      for (const message of await system.aws.receiveAll(queue.queueUrl)) await world.enqueue(message);
      await world.drain();
    },
    /** Whether the garbage was put aside. */
    isQuarantined: async (): Promise<boolean> => {
      const key = `quarantine/2026-01-02/shardId-000000000000-${99 + records.length}.json`;
      const { Body } = await system.aws.clients.s3.send(new GetObjectCommand({ Bucket: bucket.bucketName, Key: key }));
      return ((await Body?.transformToString()) ?? "").includes(records.at(-1)?.toString("base64") ?? "");
    },
    numbers: Array.from({ length: events }, (_, n) => n),
  };
};

const noKill = killSwitch(0, "before");

describe.each(windows)("a window $name", (window) => {
  it.each([
    ["before", "as it was"],
    ["after", "as it was"],
    ["before", "in halves"],
    ["after", "in halves"],
  ] as const)("killed %s each call loses nothing when it comes again %s", async (moment, again) => {
    const struck = new Set<string>();
    const faults: string[] = [];
    for (let at = 1; at <= maxAwaits; at += 1) {
      const stream = await createStream(window);
      const plan = killSwitch(at, moment);
      const survived = await stream.invoke(plan);
      if (!survived && again === "as it was") await stream.invoke(noKill);
      if (!survived && again === "in halves") for (const half of stream.halves) await stream.invoke(noKill, ...half);
      await stream.deliver();
      const call = plan.struck();
      // Halves are other windows with other batch ids: what the killed one had stored waits for the bucket's lifecycle.
      const rebatched = again === "in halves";
      const found = await stream.world.violations({ events: stream.numbers, rebatched });
      faults.push(...found.map((fault) => `killed ${moment} await ${at} (${call ?? "none"}): ${fault}`));
      if (!(await stream.isQuarantined())) faults.push(`killed ${moment} await ${at}: nothing in quarantine`);
      await stream.world.close();
      if (call === undefined) break;
      struck.add(call);
    }
    expect(faults).toEqual([]);
    expect([...struck]).toEqual(expect.arrayContaining([...window.calls]));
  });

  it.each(["before", "after"] as const)("that comes again %s its batches were delivered adds no POST", async (when) => {
    const stream = await createStream(window);
    await stream.invoke(noKill);
    if (when === "after") await stream.deliver();
    await stream.invoke(noKill);
    await stream.deliver();
    expect(await stream.world.violations({ events: stream.numbers })).toEqual([]);
    expect(stream.world.posts).toHaveLength(Math.ceil(window.events / (window.fields.batchSize ?? 1)));
    await stream.world.close();
  });
});
