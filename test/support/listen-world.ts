import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { pollSlotsTable } from "#shared/adapters/dynamodb/poll-slots-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import { listenPath } from "#shared/contract/api-paths.ts";
import { maxPolls } from "#shared/contract/limits.ts";
import { pollSlotsPartition } from "#shared/contract/tables.ts";
import type { Grant } from "#shared/contract/words.ts";
import type { ErrorBody } from "#shared/errors.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createHandler, type ListenDeps } from "../../lambdas/listen/handler.ts";
import type { Aws } from "./aws.ts";
import { eventTexts, webhook } from "./builders.ts";
import { lambdaContext, proxyEvent } from "./lambda-events.ts";
import { ampleLimit } from "./request-limit.ts";

/** An answer of the function; `events` are the numbers of the events in it. */
export interface PollResult {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly events: readonly number[];
  readonly cursor: string;
  readonly behindMs: number;
  readonly omitted: number;
  readonly errors: readonly ErrorBody[];
}

interface Envelope {
  readonly results?: readonly { readonly msys: Readonly<Record<string, { readonly n: number }>> }[];
  readonly next_cursor?: string;
  readonly behind_ms?: number;
  readonly omitted?: number;
  readonly errors?: readonly ErrorBody[];
}

/**
 * The function `listen` on the embedded stream and tables. Its clock goes on by its pauses, so that nobody waits for them; the
 * slots of worlds before, whose clocks were others, are free.
 */
export const createListenWorld = async (aws: Aws) => {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const customerId = randomUUID();
  const { client, tableName: TableName } = aws.tables.batches;
  for (let slot = 0; slot < maxPolls; slot += 1) {
    await client.send(new DeleteCommand({ TableName, Key: { pk: pollSlotsPartition, sk: String(slot) } }));
  }
  const webhooks = webhooksTable(aws.tables.webhooks);
  const stream = eventStream(aws.stream);
  const reader = streamReader(aws.stream);
  /** When each shard was read, by the world's clock. */
  const reads: { readonly shard: string; readonly at: number }[] = [];
  const shardOf = new Map<string, string>();
  const deps: ListenDeps = {
    ...ampleLimit(aws),
    events: {
      ...reader,
      openShard: async (shard, from) => {
        const iterator = await reader.openShard(shard, from);
        shardOf.set(iterator, shard);
        return iterator;
      },
      read: async (iterator, limit) => {
        const shard = shardOf.get(iterator) ?? "";
        reads.push({ shard, at: now() });
        const page = await reader.read(iterator, limit);
        if (page.kind === "records" && page.iterator !== undefined) shardOf.set(page.iterator, shard);
        return page;
      },
    },
    maxShards: 100,
    newId: randomUUID,
    now,
    pause: async (ms) => {
      await setImmediate();
      aheadMs += ms;
    },
    retentionHours: 24,
    slots: pollSlotsTable(aws.tables.batches),
    streamName: aws.stream.streamName,
    telemetry: createTelemetry("listen"),
    webhooks,
  };

  return {
    customerId,
    deps,
    reads,
    now,
    /** Lets the clock go on. */
    skip: (ms: number): void => {
      aheadMs += ms;
    },

    addWebhook: async (fields: Partial<Webhook> = {}): Promise<Webhook> => {
      const added = webhook({ webhookId: randomUUID(), customerId, ...fields });
      await webhooks.create(added);
      return added;
    },

    /** Puts events on the stream, a few hundred to a record. */
    put: async (
      events: readonly string[],
      { owner = customerId, partitionKey = owner }: { readonly owner?: string; readonly partitionKey?: string } = {},
    ): Promise<void> => {
      const records = packRecords(owner, eventTexts(events)).map((record) => ({ ...record, partitionKey }));
      const refused = await stream.putAll(records);
      if (refused.records.length > 0) throw new Error("the stream has refused records");
    },

    /** Asks for events, by default with a key of the world's customer that may. */
    poll: async (
      query: Readonly<Record<string, string>> = {},
      options: {
        readonly owner?: string;
        readonly grants?: readonly Grant[];
        readonly headers?: Readonly<Record<string, string>>;
        readonly changes?: Partial<ListenDeps>;
      } = {},
    ): Promise<PollResult> => {
      const { owner = customerId, grants = ["webhooks/modify"], headers = {}, changes = {} } = options;
      const caller = { customerId: owner, grants, keyId: "key" };
      const event = proxyEvent({ path: listenPath, query, headers, caller });
      const answer = await createHandler({ ...deps, ...changes })(event, lambdaContext());
      const json = JSON.parse(answer.body) as Envelope;
      return {
        status: answer.statusCode,
        text: answer.body,
        headers: answer.headers ?? {},
        events: (json.results ?? []).flatMap(({ msys }) => Object.values(msys).map(({ n }) => n)),
        cursor: json.next_cursor ?? "",
        behindMs: json.behind_ms ?? 0,
        omitted: json.omitted ?? 0,
        errors: json.errors ?? [],
      };
    },
  };
};

export type ListenWorld = Awaited<ReturnType<typeof createListenWorld>>;
