import { describe, expect, it } from "vitest";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import { healthEventKeys } from "#shared/contract/words.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { ChainDeps } from "../../../lambdas/deliver/rest.ts";
import type { Aws } from "../../support/aws.ts";
import { createBatchSystem, eventsOf, packed } from "../../support/batch-system.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { killSwitch } from "../../support/kill-switch.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const minute = 60_000;
const hour = 60 * minute;

let aws: Aws;
let receiver: Receiver;
let now: number;
let world: Awaited<ReturnType<typeof createWorld>>;
useEmulators(async (emulated) => {
  ({ aws, receiver } = emulated);
  now = Date.parse("2026-01-02T03:04:05Z");
  world = await createWorld();
});

/** An event about a webhook, as a receiver gets it. */
type Told = Readonly<Record<string, unknown>>;

/** `batch` and `deliver` of one customer on a clock of the test's own; what `deliver` tells comes back by the stream. */
const createWorld = async () => {
  const batch = await createBatchSystem(aws, () => now);
  const { customerId } = batch;
  const told = toldTable(aws.tables.webhooks);
  const settings = deliverySettingsTable(aws.tables.webhooks);
  const stream = eventStream(aws.stream);
  let queue: { readonly message: QueueMessage; readonly due: number }[] = [];
  let records: Buffer[] = [];
  let isStreamDown = false;
  let windows = 0;
  const seen: Told[] = [];
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const deps: Pick<ChainDeps, "retries" | "targets" | "now" | "stream"> = {
    retries: {
      send: (message, delaySeconds) => {
        queue.push({ message, due: now + delaySeconds * 1_000 });
        return Promise.resolve();
      },
    },
    targets,
    now: () => now,
    stream: {
      putAll: async (put) => {
        if (isStreamDown) return { records: put, cause: "down" };
        records.push(...put.map(({ data }) => data));
        return await stream.putAll(put);
      },
    },
  };
  const handlerWith = (replaced: Partial<ChainDeps>) => createHandler(deliverDeps(aws, { ...deps, ...replaced }));
  const usual = handlerWith({});
  const deliver = async (messages: readonly QueueMessage[], handler = usual) =>
    await handler(sqsEvent(messages), lambdaContext());

  /** Each window has records of its own. */
  const run = async (window: readonly Buffer[]) => await batch.run(window, {}, 1_000 * (windows += 1));

  /** Has `batch` read what was told, as often as something is, and `deliver` make the first attempts. */
  const settle = async (): Promise<void> => {
    while (records.length > 0) {
      const window = records;
      records = [];
      seen.push(...window.map((data) => JSON.parse(data.toString()).msys.webhook_event));
      await run(window);
      for (const message of [...(await batch.received()), ...(await batch.slowMessages())]) await deliver([message]);
    }
  };

  return {
    customerId,
    told,
    settle,
    deliver,
    /** What was put on the stream about webhooks. */
    seen: () => seen,
    breakStream: (isDown: boolean) => {
      isStreamDown = isDown;
    },
    waiting: () => queue.length,
    add: async (path: string, fields: object) => {
      const added = await batch.addWebhook({ name: path, ...fields });
      const target = `${receiver.url}/${path}`;
      const auth = { type: "none" } as const;
      await settings.put({
        webhookId: added.webhookId,
        revision: 1,
        settings: { target, authToken: "", auth, customHeaders: {} },
      });
      return added;
    },
    /** Sends batches of one event, one after the other. */
    send: async (count: number, fields: object = {}, replaced: Partial<ChainDeps> = {}) => {
      const handler = handlerWith(replaced);
      for (let n = 0; n < count; n += 1) {
        await run(packed(customerId, eventsOf(1, fields)));
        for (const message of await batch.received()) await deliver([message], handler);
      }
      await settle();
    },
    /** Lets time pass, with every attempt and every event in it. */
    pass: async (ms: number): Promise<void> => {
      const end = now + ms;
      for (;;) {
        const due = Math.min(...queue.map((entry) => entry.due));
        if (due > end) break;
        // What goes on at once does so a moment later: a target that has just recovered is spared for a while.
        now = Math.max(now + 1_000, due);
        const shown = queue.filter((entry) => entry.due <= now);
        queue = queue.filter((entry) => entry.due > now);
        for (const { message } of shown) await deliver([message]);
        await settle();
      }
      now = end;
    },
    /** What a receiver was sent below a path about webhooks. */
    receivedAt: (path: string): readonly Told[] =>
      receiver.requests
        .filter((request) => request.path === `/${path}`)
        .flatMap(({ body }) => JSON.parse(body.toString()) as readonly { readonly msys: Record<string, Told> }[])
        .flatMap(({ msys }): readonly Told[] => Object.values(msys))
        .filter(({ webhook_id: about }) => about !== undefined),
  };
};

const typesOf = (events: readonly Told[]) =>
  events.map(({ type, webhook_name: name }) => `${String(type)} ${String(name)}`);
const subscribe = async (path: string, fields: object = {}) => {
  await world.told.noteSubscriber(world.customerId);
  return await world.add(path, { events: [...healthEventKeys], ...fields });
};

/** Five failed attempts open a breaker. */
const untilOpen = 5;

describe("events about webhooks", () => {
  it("tell once that a webhook fails, and once that it has recovered, to those who name them", async () => {
    const watched = await world.add("watched", { subaccountId: 7, events: ["delivery"] });
    await subscribe("watcher");
    await world.add("all", { eventsMode: "all", events: [] });
    await subscribe("everything", { eventsMode: "all" });
    await subscribe("other", { subaccountId: 8 });
    receiver.respond("/watched", answer(500));
    await world.send(untilOpen + 2, { subaccount_id: "7" });
    expect(typesOf(world.receivedAt("watcher"))).toEqual(["webhook_failing watched"]);
    expect(world.receivedAt("watcher")[0]).toMatchObject({
      webhook_id: watched.webhookId,
      customer_id: world.customerId,
      subaccount_id: "7",
      failure_reason: "http_5xx",
      failing_since: new Date(now).toISOString(),
      timestamp: String(Math.floor(now / 1_000)),
    });
    await world.pass(30 * minute);
    expect(world.seen()).toHaveLength(1);
    receiver.respond("/watched", answer(200));
    await world.pass(30 * minute);
    expect(typesOf(world.receivedAt("watcher"))).toEqual(["webhook_failing watched", "webhook_recovered watched"]);
    expect(world.receivedAt("everything")).toEqual(world.receivedAt("watcher"));
    for (const path of ["other", "all", "watched"]) expect(world.receivedAt(path)).toEqual([]);
  });

  it("tell at most once an hour that a webhook fails which falls and rises", async () => {
    await world.add("watched", { events: ["delivery"] });
    await subscribe("watcher");
    for (let round = 0; round < 5; round += 1) {
      receiver.respond("/watched", answer(500));
      await world.send(untilOpen);
      receiver.respond("/watched", answer(200));
      await world.pass(11 * minute);
    }
    expect(typesOf(world.seen())).toEqual(["webhook_failing watched", "webhook_recovered watched"]);
    receiver.respond("/watched", answer(500));
    await world.pass(10 * minute);
    await world.send(untilOpen);
    expect(world.seen()).toHaveLength(3);
  });

  it("tell that a batch is at risk at half of its time, at most once an hour, and when it has expired", async () => {
    await world.add("watched", { events: ["delivery"] });
    await subscribe("watcher");
    receiver.respond("/watched", answer(500));
    const begun = now;
    await world.send(2);
    await world.pass(hour + 55 * minute);
    expect(world.seen().map(({ type }) => type)).toEqual(["webhook_failing"]);
    await world.pass(30 * minute);
    const [, risk] = world.seen();
    expect(risk).toMatchObject({
      type: "batch_at_risk",
      batch_events: 1,
      first_attempt_at: new Date(begun).toISOString(),
      expires_at: new Date(begun + 4 * hour).toISOString(),
    });
    await world.pass(2 * hour);
    const types = world.seen().map(({ type }) => type);
    expect(types.filter((type) => type === "batch_at_risk").length).toBeLessThanOrEqual(2);
    const expired = world.seen().filter(({ type }) => type === "batch_expired");
    expect(new Set(expired.map(({ webhook_batch_id: id }) => id)).size).toBe(2);
    expect(expired).toHaveLength(2);
    expect(world.receivedAt("watcher")).toEqual(world.seen());
  });

  it("cost nothing while nobody names them", async () => {
    await world.add("watched", { eventsMode: "all", events: [] });
    receiver.respond("/watched", answer(500));
    await world.send(untilOpen);
    await world.pass(10 * minute);
    expect(world.seen()).toEqual([]);
  });

  it("come with a later attempt when the stream was not there, and hold up no delivery", async () => {
    await world.add("watched", { events: ["delivery"] });
    await subscribe("watcher");
    receiver.respond("/watched", answer(500));
    world.breakStream(true);
    await world.send(untilOpen);
    expect([world.seen(), world.waiting()]).toEqual([[], untilOpen]);
    world.breakStream(false);
    await world.pass(10 * minute);
    expect(typesOf(world.receivedAt("watcher"))).toEqual(["webhook_failing watched"]);
  });

  it.each([
    [1, "before", 1],
    [1, "after", 1],
    [2, "before", 2],
    [2, "after", 1],
  ] as const)("are told again, with the same id, after a crash at note %i (%s)", async (at, moment, times) => {
    await world.add("watched", { events: ["delivery"] });
    await subscribe("watcher");
    receiver.respond("/watched", answer(500));
    await world.send(untilOpen - 1);
    const plan = killSwitch(at, moment);
    const { watch, survive } = plan.begin();
    const notes = watch("told", { change: world.told.change });
    await survive(world.send(1, {}, { told: { ...world.told, change: notes.change } }));
    expect(plan.struck()).toBe("told.change");
    await world.settle();
    await world.pass(20 * minute);
    expect(typesOf(world.seen())).toEqual(Array<string>(times).fill("webhook_failing watched"));
    expect(new Set(world.seen().map(({ event_id: id }) => id)).size).toBe(1);
  });

  it("never reach the webhook that they are about, and two that fail tell of each other only so often", async () => {
    const a = await subscribe("a", { events: ["delivery", ...healthEventKeys] });
    const b = await subscribe("b");
    for (const path of ["/a", "/b"]) receiver.respond(path, answer(500));
    await world.send(untilOpen);
    await world.pass(8 * hour);
    for (const [path, { webhookId }] of [
      ["a", a],
      ["b", b],
    ] as const) {
      expect(world.receivedAt(path).filter(({ webhook_id: about }) => about === webhookId)).toEqual([]);
    }
    const counts = Object.entries(Object.groupBy(world.seen(), ({ type }) => String(type)));
    const numbers = Object.fromEntries(counts.map(([type, events = []]) => [type, events.length]));
    // Batches of events about webhooks alone expire without a word.
    expect(numbers["batch_expired"]).toBeLessThanOrEqual(untilOpen);
    expect(numbers["webhook_failing"]).toBe(2);
    expect(numbers["batch_at_risk"]).toBeLessThanOrEqual(2);
    expect(world.waiting()).toBe(0);
    const told = world.seen().length;
    await world.pass(hour);
    expect(world.seen()).toHaveLength(told);
  });
});
