import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { shardTurnsTable } from "#shared/adapters/dynamodb/shard-turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import type { FindCriteria } from "#shared/events/find-events.ts";
import type { Search } from "#shared/delivery/search.ts";
import type { Replay } from "#shared/delivery/replay.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { MessageDeps } from "#shared/runtime/on-each-message.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../lambdas/replay/handler.ts";
import type { ReplayDeps } from "../../lambdas/replay/progress.ts";
import type { Aws } from "./aws.ts";
import { asBatch } from "./deliver-deps.ts";
import { bodyText } from "./body-text.ts";
import { eventTexts, webhook } from "./builders.ts";
import { lambdaContext, sqsEvent } from "./lambda-events.ts";

/** A batch that a replay has sent, and when it is due in Unix milliseconds. */
export interface SentBatch {
  readonly message: DeliveryMessage;
  readonly dueAt: number;
  readonly body: string;
}

/** Steps of one replay at most: a replay that goes on for ever fails its test. */
const maxSteps = 500;

/**
 * The replay function on the embedded stream, table and bucket. What it sends is caught, so that tests see delays without
 * waiting: its clock goes on by them.
 */
export const createReplayWorld = async (aws: Aws) => {
  let ahead = 60_000;
  const now = (): number => Date.now() + ahead;
  const customerId = crypto.randomUUID();
  const replays = replaysTable(aws.tables.batches);
  const searches = searchesTable(aws.tables.batches);
  const webhooks = webhooksTable(aws.tables.webhooks);
  const bodies = batchBodies(aws.bucket);
  const stream = eventStream(aws.stream);
  const startedAt = Date.now();
  let steps: { readonly message: ReplayMessage; readonly dueAt: number }[] = [];
  const sent: SentBatch[] = [];

  const batchLog = batchesTable(aws.tables.batches);
  const deps: ReplayDeps & MessageDeps = {
    batches: batchListing(aws.tables.batches),
    batchLog,
    bodies,
    changes: changesTable(aws.tables.webhooks),
    events: streamReader(aws.stream),
    replays,
    searches,
    retries: {
      sendAllDelayed: async (messages) => {
        for (const { message: queued, delaySeconds } of messages) {
          const message = asBatch(queued);
          const body = await bodyText(bodies, message);
          sent.push({ message, dueAt: now() + delaySeconds * 1_000, body });
        }
      },
    },
    steps: {
      send: (message, delaySeconds) => {
        steps.push({ message, dueAt: now() + delaySeconds * 1_000 });
        return Promise.resolve();
      },
    },
    // What a step fails with is handled again by the test.
    returned: { hide: async () => await Promise.resolve() },
    jitter: () => 0,
    turns: shardTurnsTable(aws.tables.batches),
    webhooks,
    streamName: aws.stream.streamName,
    retentionHours: 24,
    recordRetentionDays: 14,
    now,
    pause: (ms) => {
      ahead += ms;
      return Promise.resolve();
    },
    telemetry: createTelemetry("replay"),
  };

  /** Handles one message; true when it is acknowledged. */
  const handle = async (message: ReplayMessage, changes: Partial<ReplayDeps> = {}): Promise<boolean> => {
    const answer = await createHandler({ ...deps, ...changes })(sqsEvent([message]), lambdaContext());
    return answer.batchItemFailures.length === 0;
  };

  return {
    customerId,
    deps,
    replays,
    searches,
    webhooks,
    sent,
    handle,
    /** Waits for nothing: sets the clock on. */
    pass: (ms: number): void => {
      ahead += ms;
    },

    addWebhook: async (fields: Partial<Webhook> = {}): Promise<Webhook> => {
      const added = webhook({ webhookId: crypto.randomUUID(), customerId, ...fields });
      await webhooks.create(added);
      return added;
    },

    /** Puts events on the stream, several to a record, on all of its shards. */
    put: async (events: readonly string[], owner = customerId): Promise<void> => {
      const records = packRecords(owner, eventTexts(events));
      const spread = records.map((record) => ({ ...record, partitionKey: crypto.randomUUID() }));
      const refused = await stream.putAll(spread);
      if (refused.records.length > 0) throw new Error("the stream has refused records");
    },

    /** Puts a record on the stream as it is. */
    putData: async (data: Buffer): Promise<void> => {
      const refused = await stream.putAll([{ data, partitionKey: crypto.randomUUID() }]);
      if (refused.records.length > 0) throw new Error("the stream has refused a record");
    },

    /** Stores a replay from the world's beginning until now, and the message that starts it. */
    start: async ({ webhookId }: Webhook, fields: Partial<Replay> = {}): Promise<Replay> => {
      const replay: Replay = {
        replayId: crypto.randomUUID(),
        customerId,
        webhookId,
        number: 1,
        state: "running",
        from: new Date(startedAt).toISOString(),
        to: new Date(Date.now() + 1_000).toISOString(),
        rate: 50,
        dryRun: false,
        startedAt: new Date(now()).toISOString(),
        scheduledUntil: 0,
        ...fields,
      };
      await replays.create(replay);
      steps.push({ message: { version: 1, kind: "start", customerId, webhookId, number: replay.number }, dueAt: 0 });
      return replay;
    },

    /** Stores a search from the world's beginning until now, and the message that starts it. */
    search: async (criteria: FindCriteria, fields: Partial<Search> = {}): Promise<Search> => {
      const search: Search = {
        searchId: crypto.randomUUID(),
        customerId,
        state: "running",
        from: new Date(startedAt).toISOString(),
        to: new Date(Date.now() + 1_000).toISOString(),
        isFromCut: false,
        dryRun: false,
        criteria,
        startedAt: new Date(now()).toISOString(),
        ...fields,
      };
      await searches.begin(search, 100);
      await searches.create(search);
      steps.push({ message: { version: 1, kind: "search", customerId, searchId: search.searchId }, dueAt: 0 });
      return search;
    },

    /** Takes the message that is due next, and lets the clock go on until then. */
    next: (): ReplayMessage | undefined => {
      steps = steps.toSorted((a, b) => a.dueAt - b.dueAt);
      const step = steps.shift();
      if (step !== undefined) ahead += Math.max(step.dueAt - now(), 0);
      return step?.message;
    },

    /** Handles messages until there are none. */
    async run(take: (message: ReplayMessage) => Promise<unknown> = async (message) => await handle(message)) {
      for (let step = 0; step < maxSteps; step += 1) {
        const message = this.next();
        if (message === undefined) return;
        await take(message);
      }
      throw new Error("the replay does not end");
    },

    /** Puts a message back, as the queue does with one that is not acknowledged. */
    putBack: (message: ReplayMessage): void => {
      steps.push({ message, dueAt: now() });
    },

    /** What the table says of a replay and its shards. */
    read: async ({ webhookId, number }: Replay) => {
      const found = (await replays.list(customerId, webhookId)).find(({ replay }) => replay.number === number);
      if (found === undefined) throw new Error("there is no such replay");
      return found;
    },
  };
};

export type ReplayWorld = Awaited<ReturnType<typeof createReplayWorld>>;

/** Events as text, each unique by its number. */
export const numberedEvents = (count: number, fields: object = {}): readonly string[] =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify({ msys: { message_event: { type: "delivery", n, ...fields } } }),
  );

/** The numbers of the events of some batches, one batch id counted once. */
export const numbersOf = (sent: readonly SentBatch[]): readonly number[] =>
  [...new Map(sent.map(({ message, body }) => [message.batchId, body])).values()]
    .flatMap(
      (body) => JSON.parse(body) as readonly { readonly msys: { readonly message_event: { readonly n: number } } }[],
    )
    .map(({ msys }) => msys.message_event.n)
    .toSorted((a, b) => a - b);
