import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import { replayCounts } from "#shared/delivery/replay.ts";
import type { ReplayDeps } from "../../../lambdas/replay/progress.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { createRecoverWorld } from "../../support/recover-world.ts";
import { createReplayWorld, numberedEvents, numbersOf, type ReplayWorld } from "../../support/replay-world.ts";

const events = 11;
/** Calls between two kills, before as after their effect. `.ci/run` kills at every call. */
const step = process.env["CRASH_SWEEP"] === "full" ? 1 : 8;
/** A busy machine may take minutes for what takes seconds on a quiet one. */
const sweepTimeoutMs = 900_000;
let aws: Aws;
let receiver: Receiver;
beforeAll(async () => {
  aws = await startAws();
  receiver = await startReceiver();
});
afterAll(async () => {
  await aws.stop();
  await receiver.close();
});

interface Calls {
  /** Every call so far that may be killed at, by its method's name. */
  readonly names: string[];
  readonly failAt: number;
  readonly when: "before" | "after";
}

/** Calls that change nothing: whether one fails before or after it has read is the same. */
const reading = /^(?:find|list|openShard|read)/;

/** Runs a life once for each call that it is killed at: before each, and after each that changes something. */
const killAtCalls = async (live: (calls: Calls) => Promise<void>): Promise<void> => {
  for (const when of ["before", "after"] as const) {
    for (let failAt = when === "before" ? 1 : 1 + Math.floor(step / 2); ; failAt += step) {
      const life: Calls = { names: [], failAt, when };
      await live(life);
      if (life.names.length < failAt) break;
    }
  }
};

const nameOf = ({ failAt, names, when }: Calls): string => `${when} call ${failAt}, ${names[failAt - 1] ?? "none"}`;

/** Dependencies that fail at one call, counted over all of them, before or after it has done its work. */
const failingAt = (deps: ReplayDeps, { names, failAt, when }: Calls) => {
  const guarded = <Port extends object>(port: Port): Port =>
    Object.fromEntries(
      Object.entries(port).map(([name, call]) => [
        name,
        async (...parameters: readonly unknown[]): Promise<unknown> => {
          // Counted in each life anew: no two of them make their calls in the same order.
          const mayBeFatal = when === "before" || !reading.test(name);
          const isFatal = mayBeFatal && names.push(name) === failAt;
          if (isFatal && when === "before") throw new Error("killed");
          const result: unknown = await (call as (...given: readonly unknown[]) => unknown)(...parameters);
          if (isFatal) throw new Error("killed");
          return result;
        },
      ]),
    ) as Port;
  const {
    batches,
    batchLog,
    bodies,
    changes,
    events: stream,
    replays,
    retries,
    searches,
    steps,
    turns,
    webhooks,
  } = deps;
  return {
    batches: guarded(batches),
    batchLog: guarded(batchLog),
    bodies: guarded(bodies),
    changes: guarded(changes),
    events: guarded(stream),
    replays: guarded(replays),
    retries: guarded(retries),
    searches: guarded(searches),
    steps: guarded(steps),
    turns: guarded(turns),
    webhooks: guarded(webhooks),
  };
};

/** Runs a replay to its end with one crash; a message that fails comes again. */
const runWithCrash = async (calls: Calls) => {
  const world = await createReplayWorld(aws);
  const webhook = await world.addWebhook({ batchSize: 2 });
  await world.put(numberedEvents(events));
  const replay = await world.start(webhook, { rate: 1 });
  await world.run(async (message) => {
    if (!(await world.handle(message, failingAt(world.deps, calls)))) world.putBack(message);
  });
  return { world, replay };
};

const expectWhole = (world: ReplayWorld): void => {
  expect(numbersOf(world.sent)).toEqual(Array.from({ length: events }, (_, n) => n));
  const bodies = new Map<string, string>();
  for (const { message, body } of world.sent) {
    expect(bodies.get(message.batchId) ?? body).toBe(body);
    bodies.set(message.batchId, body);
  }
  expect(bodies.size).toBe(Math.ceil(events / 2));
  // The record of a batch is found by its time and id: with another time a repeated batch would not be recognised.
  expect(new Set(world.sent.map(({ message }) => `${message.batchId} ${message.createdAt}`)).size).toBe(bodies.size);
};

it(
  "a replay that is killed at any call sends the same batches again and no other",
  async () => {
    await killAtCalls(async (calls) => {
      const { world, replay } = await runWithCrash(calls);
      expectWhole(world);
      const found = await world.read(replay);
      expect(found.replay.state, nameOf(calls)).toBe("finished");
      expect(replayCounts(found.shards)).toMatchObject({ events, batchesFormed: Math.ceil(events / 2) });
    });
  },
  sweepTimeoutMs,
);

it("a replay whose messages all come twice sends the same batches and no other, and ends", async () => {
  const world = await createReplayWorld(aws);
  await world.put(numberedEvents(events));
  const replay = await world.start(await world.addWebhook({ batchSize: 2 }), { rate: 1 });
  const seen = new Set<string>();
  await world.run(async (message: ReplayMessage) => {
    const key = JSON.stringify(message);
    if (!seen.has(key)) world.putBack(message);
    seen.add(key);
    await world.handle(message);
  });
  expectWhole(world);
  expect((await world.read(replay)).replay.state).toBe("finished");
});

it("a replay whose messages are handled twice at the same time sends the same batches and no other", async () => {
  const world = await createReplayWorld(aws);
  await world.put(numberedEvents(events));
  const replay = await world.start(await world.addWebhook({ batchSize: 2 }), { rate: 1 });
  await world.run(async (message) => await Promise.all([world.handle(message), world.handle(message)]));
  expectWhole(world);
  expect((await world.read(replay)).replay.state).toBe("finished");
});

it("a step that was killed after sending half sends the same batches again, also when more records have come", async () => {
  const world = await createReplayWorld(aws);
  const all = numberedEvents(events + 7);
  await world.put(all.slice(0, events));
  const webhook = await world.addWebhook({ batchSize: 2 });
  await world.start(webhook, { rate: 2, to: new Date(Date.now() + 60_000).toISOString() });
  const { retries } = world.deps;
  const killed = {
    sendAllDelayed: async (messages: Parameters<typeof retries.sendAllDelayed>[0]) => {
      await retries.sendAllDelayed(messages.slice(0, messages.length / 2));
      throw new Error("killed");
    },
  };
  while (world.sent.length === 0) {
    const message = world.next();
    if (message === undefined) throw new Error("nothing was sent");
    if (!(await world.handle(message, { retries: killed }))) world.putBack(message);
  }
  const half = [...world.sent];
  await world.put(all.slice(events));
  await world.run();
  expect(numbersOf(world.sent)).toEqual(all.map((_, n) => n));
  for (const { message, body } of half) {
    const copies = world.sent.filter((other) => other.message.batchId === message.batchId);
    expect(copies.map((other) => [other.message.createdAt, other.body])).toEqual([
      [message.createdAt, body],
      [message.createdAt, body],
    ]);
  }
});

/** Events of a chain: its first batch expires, and so does what is left of it, unsent. */
const recovered = 8;

/** Lets batches expire, and what is left of a chain, and recovers them with one crash; a message that fails comes again. */
const recoverWithCrash = async (calls: Calls) => {
  const world = await createRecoverWorld(aws, receiver);
  const webhook = await world.addTarget({ batchSize: 4 });
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numberedEvents(recovered));
  await world.collect();
  await world.expire();
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  const replay = await world.recover(webhook, { rate: 1 });
  const deps = { ...world.deps, retries: world.retries };
  await world.run(async (message) => {
    if (!(await world.handle(message, failingAt(deps, calls)))) world.putBack(message);
  });
  await world.drain();
  await world.close();
  const state = (await world.read(replay)).replay.state;
  return { taken: world.taken(webhook, before), state };
};

it(
  "a recovery that is killed at any call sends each event once",
  async () => {
    await killAtCalls(async (calls) => {
      const { taken, state } = await recoverWithCrash(calls);
      expect(taken, nameOf(calls)).toEqual(Array.from({ length: recovered }, (_, n) => n));
      expect(state).toBe("finished");
    });
  },
  sweepTimeoutMs,
);

/** Looks for two events of a window that was cut into batches, with one crash; a message that fails comes again. */
const searchWithCrash = async (world: Awaited<ReturnType<typeof createRecoverWorld>>, calls: Calls) => {
  const search = await world.search({ types: ["delivery"], recipient: "ann@example.com" });
  await world.run(async (message) => {
    if (!(await world.handle(message, failingAt(world.deps, calls)))) world.putBack(message);
  });
  const found = (await world.searches.listMatches(search)).map(({ text, whereabouts, isLookedUp }) => {
    const places = whereabouts?.map(({ batches }) => batches.map(({ batchId }) => batchId));
    return { text, places, isLookedUp };
  });
  const state = (await world.searches.find(search))?.state;
  const begun = await world.searches.listBegun(world.customerId);
  return { found, state, begun };
};

it(
  "a search that is killed at any call finds the same",
  async () => {
    const world = await createRecoverWorld(aws, receiver);
    const webhook = await world.addTarget({ batchSize: 4 });
    const wanted = numberedEvents(2, { rcpt_to: "ann@example.com" });
    await world.put([...numberedEvents(5, { rcpt_to: "bob@example.com" }), ...wanted]);
    await world.collect();
    await world.drain();
    const whole = await searchWithCrash(world, { names: [], failAt: 0, when: "before" });
    const records = await world.recordsOf(webhook);
    expect(whole.found.map(({ text }) => text)).toEqual(wanted);
    for (const { places } of whole.found)
      expect(places).toEqual([[records.find((record) => record.events === 3)?.batchId]]);
    await killAtCalls(async (calls) => {
      const { found, state, begun } = await searchWithCrash(world, calls);
      expect([found, state], nameOf(calls)).toEqual([whole.found, "finished"]);
      // A count that a crash has left behind ends when the next search finds no room.
      if (calls.names.length < calls.failAt) expect(begun.length).toBeLessThanOrEqual(1);
    });
    await world.close();
  },
  sweepTimeoutMs,
);

it("a search whose messages are handled twice at the same time, next to another one, finds the same", async () => {
  const world = await createRecoverWorld(aws, receiver);
  await world.put(numberedEvents(9, { rcpt_to: "ann@example.com" }));
  const searches = [
    await world.search({ recipient: "ann@example.com" }),
    await world.search({ recipient: "ANN@example.com" }),
  ];
  await world.run(async (message) => await Promise.all([world.handle(message), world.handle(message)]));
  for (const search of searches) {
    expect(await world.searches.listMatches(search)).toHaveLength(9);
    expect((await world.searches.find(search))?.state).toBe("finished");
  }
  await world.close();
});
