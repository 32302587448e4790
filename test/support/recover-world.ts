/**
 * `batch`, `deliver` and `replay` one behind the other, on the embedded services and a real receiver, with one clock of the
 * test's own: a target is down for hours, batches expire, and are recovered.
 */
import { afterEach } from "vitest";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import type { BatchRecord } from "#shared/delivery/record.ts";
import type { Replay } from "#shared/delivery/replay.ts";
import type { Search } from "#shared/delivery/search.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import type { ReadRecord } from "#shared/stream.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createHandler as createBatch } from "../../lambdas/batch/handler.ts";
import { routerCache } from "../../lambdas/batch/form-batches.ts";
import { createHandler as createDeliver } from "../../lambdas/deliver/handler.ts";
import type { ReplayDeps } from "../../lambdas/replay/progress.ts";
import type { Aws } from "./aws.ts";
import { deliverDeps } from "./deliver-deps.ts";
import { kinesisEvent, lambdaContext, sqsEvent } from "./lambda-events.ts";
import { createReplayWorld } from "./replay-world.ts";
import type { Receiver } from "./receiver.ts";
import { type Emulated, useEmulators } from "./use-emulators.ts";
import { virtualQueue } from "./virtual-queue.ts";

/** Any life ends in fewer; more means that messages go round for ever. */
const maxInvocations = 2_000;
/** First attempts are made in less, on a busy machine too; the next ones follow after 30 s. */
const firstAttemptsMs = 25_000;

export const createRecoverWorld = async (aws: Aws, receiver: Receiver) => {
  const world = await createReplayWorld(aws);
  const { deps, webhooks } = world;
  const bodies = batchBodies(aws.bucket);
  const { now, batches, batchLog, events: stream } = deps;
  const queue = virtualQueue(now);
  // What worlds before have put on the stream would go to their webhooks.
  const begunAt = Date.now();
  const client = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const retries = {
    send: queue.send,
    sendAllDelayed: async (messages: Parameters<ReplayDeps["retries"]["sendAllDelayed"]>[0]) => {
      for (const { message, delaySeconds } of messages) await queue.send(message, delaySeconds);
    },
    sendAll: async (messages: readonly Parameters<typeof queue.send>[0][]) => {
      for (const message of messages) await queue.send(message);
      return [];
    },
  };
  const batch = createBatch({
    webhooks: routerCache({ webhooks, maxAgeMs: 0, now }),
    bodies,
    quarantine: quarantine(aws.bucket),
    stuckRecords: stuckRecords(aws.bucket),
    deliveries: retries,
    retries,
    now,
    telemetry: createTelemetry("batch"),
  });
  const deliver = createDeliver(deliverDeps(aws, { bodies, retries, targets: client, now }));
  const read = new Map<string, string>();

  /** Lets time pass until the queue is empty, or for so long (milliseconds). */
  const drain = async (forMs = Number.POSITIVE_INFINITY): Promise<void> => {
    const until = now() + forMs;
    for (let invocation = 0; invocation < maxInvocations; invocation += 1) {
      const next = queue.nextAt();
      if (next === undefined || next > until) return;
      world.pass(Math.max(next - now(), 0));
      const received = queue.receive();
      const event = sqsEvent(received.map(({ message }) => message));
      const answer = await deliver(event, lambdaContext());
      const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      queue.acknowledge(received.filter((_, index) => !failed.has(String(index))).map(({ id }) => id));
    }
    throw new Error("messages go round");
  };

  /** The records of a shard behind those that were read before. */
  const newRecords = async (shard: string): Promise<readonly ReadRecord[]> => {
    const last = read.get(shard);
    const iterator = await stream.openShard(
      shard,
      last === undefined ? { kind: "time", at: begunAt } : { kind: "after", sequenceNumber: last },
    );
    const records: ReadRecord[] = [];
    for (let next: string | undefined = iterator; next !== undefined;) {
      const page = await stream.read(next, 1_000);
      if (page.kind === "throttled") continue;
      records.push(...page.records);
      if (page.records.length === 0 && page.behindMs === 0) break;
      next = page.iterator;
    }
    const newest = records.at(-1);
    if (newest !== undefined) read.set(shard, newest.sequenceNumber);
    return records;
  };

  const path = ({ webhookId }: Webhook): string => `/hook/${webhookId}`;

  return {
    ...world,
    queue,
    path,

    /** A webhook whose target is the receiver. */
    addTarget: async (fields: Partial<Webhook> = {}): Promise<Webhook> => {
      const webhook = await world.addWebhook({ rulesSince: 1, ...fields });
      const { webhookId } = webhook;
      const settings = {
        target: `${receiver.url}${path(webhook)}`,
        authToken: "",
        auth: { type: "none" as const },
        customHeaders: {},
      };
      await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
      return webhook;
    },

    /** Lets `batch` read what has come, a window of each shard. */
    collect: async (): Promise<void> => {
      for (const shard of await stream.listShards()) {
        const records = await newRecords(shard);
        if (records.length === 0) continue;
        const event = kinesisEvent(records.map(({ data }) => data));
        const placed = event.Records.map((record, index) => {
          const { sequenceNumber = "", arrivedAt = 0 } = records[index] ?? {};
          const kinesis = { ...record.kinesis, sequenceNumber, approximateArrivalTimestamp: arrivedAt / 1_000 };
          return { ...record, eventID: `${shard}:${sequenceNumber}`, kinesis };
        });
        const answer = await batch({ Records: placed }, lambdaContext());
        if (answer.batchItemFailures.length > 0) throw new Error("the window was not handed over");
      }
    },

    drain,
    /** Makes the first attempts, and lets what fails expire. */
    expire: async (): Promise<void> => {
      await drain(firstAttemptsMs);
      world.pass(retryWindowMs);
      await drain();
    },

    /** Starts a recovery of batches of any time. */
    recover: async (webhook: Webhook, fields: Partial<Replay> = {}): Promise<Replay> =>
      await world.start(webhook, {
        only: "expired",
        from: new Date(0).toISOString(),
        to: new Date(now()).toISOString(),
        ...fields,
      }),

    /** Lets `replay` do what it has to, its batches on the queue. */
    replayAll: async (changes: Partial<ReplayDeps> = {}): Promise<void> =>
      await world.run(async (message) => await world.handle(message, { retries, ...changes })),
    retries,

    recordsOf: async ({ webhookId }: Webhook): Promise<readonly BatchRecord[]> => {
      const page = await batches.list({ webhookId, limit: 1_000, first: "oldest", now: now() });
      const records = await Promise.all(page.batches.map((found) => batchLog.find(found)));
      return records.filter((record) => record !== undefined);
    },

    /** What the table says of a search. */
    readSearch: async (ref: Search) => {
      const search = await world.searches.find(ref);
      if (search === undefined) throw new Error("there is no such search");
      return { search, matches: await world.searches.listMatches(ref), shards: await world.searches.listShards(ref) };
    },

    /** The batches in which the event `e-<n>` has reached a webhook's target, by the receiver. */
    postedIn: (webhook: Webhook, n: number): readonly string[] => [
      ...new Set(
        receiver.requests
          .filter((request) => request.path === path(webhook) && request.body.toString().includes(`"e-${n}"`))
          .map(({ headers }) => String(headers["x-messagesystems-batch-id"])),
      ),
    ],

    /** The numbers of the events that a webhook's target has taken, in order; one that came twice is there twice. */
    taken: (webhook: Webhook, from = 0): readonly number[] =>
      receiver.requests
        .slice(from)
        .filter((request) => request.path === path(webhook))
        .flatMap(({ body }) => JSON.parse(body.toString()))
        .map(({ msys }) => Number(msys.message_event.n))
        .toSorted((a, b) => a - b),

    close: async (): Promise<void> => await client.close(),
  };
};

export type RecoverWorld = Awaited<ReturnType<typeof createRecoverWorld>>;

/** Such a world for each test of a file. */
export const useRecoverWorld = (begin: (begun: Emulated & { readonly world: RecoverWorld }) => void): void => {
  let world: RecoverWorld | undefined;
  useEmulators(async (emulated) => {
    world = await createRecoverWorld(emulated.aws, emulated.receiver);
    begin({ ...emulated, world });
  });
  afterEach(async () => await world?.close());
};
