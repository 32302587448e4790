import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { BatchWriteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { batchKeyOf } from "#shared/adapters/dynamodb/batch-item.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { portalLinksTable } from "#shared/adapters/dynamodb/portal-links-table.ts";
import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { webhookCountsTable } from "#shared/adapters/dynamodb/webhook-counts-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { BodyEncoding } from "#shared/contract/delivery-message.ts";
import type { ExpiryReason, Grant } from "#shared/contract/words.ts";
import type { Kept } from "#shared/delivery/kept-body.ts";
import type { AttemptRecord, BatchRef } from "#shared/delivery/record.ts";
import type { ErrorBody } from "#shared/errors.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { type DeliverySettings, maskSettings, signingKeyBytes, signingSecretOf } from "#shared/webhooks/settings.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/api/handler.ts";
import { startAws } from "../../support/aws.ts";
import { webhook as aWebhook } from "../../support/builders.ts";
import { chainOf } from "../../support/chain-message.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { ampleLimit } from "../../support/request-limit.ts";

/** The time at which the API of these tests answers. */
export const now = Date.parse("2026-01-10T12:30:00.000Z");
export const minute = 60_000;
export const hour = 60 * minute;
export const isoAgo = (ms: number): string => new Date(now - ms).toISOString();

export interface WantedBatch {
  readonly webhookId: string;
  /** Milliseconds before now. */
  readonly ageMs?: number;
  readonly batchId?: string;
  readonly events?: number;
  /** Outcome of each attempt: a status, or a reason where there was no answer. */
  readonly attempts?: readonly (number | "response_timeout")[];
  readonly expired?: boolean;
  /** It has not been attempted and waits until its webhook is resumed. */
  readonly parked?: boolean;
  /** The failed attempts could not be recorded. */
  readonly failuresLost?: boolean;
  /** Milliseconds that the record is still kept. */
  readonly keptMs?: number;
  /** Beginning of the target's answer at each attempt. */
  readonly excerpt?: string;
  /** How its delivered body is kept. */
  readonly kept?: Kept;
  /** How often it was sent again after its delivery, which failed each time. */
  readonly sentAgain?: number;
}

/** Rows as the tests look at them. */
export type Row = Readonly<Record<string, unknown>>;

export interface ApiAnswer {
  readonly status: number;
  readonly results: readonly Row[];
  readonly result: Row;
  /** The whole body. */
  readonly body: object;
  readonly nextCursor: string | undefined;
  readonly errors: readonly ErrorBody[];
}

/** The API's handler on real adapters with a fixed clock, and webhooks and batches to put before it. */
export const startBatchesApi = async () => {
  const aws = await startAws();
  const retries = await aws.createQueue();
  const webhooks = webhooksTable(aws.tables.webhooks);
  const batches = batchesTable(aws.tables.batches);
  const deliveryHours = deliveryHoursTable(aws.tables.batches);
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const handlerWith = (options: { readonly maxRequests?: number; readonly maxKeepBodiesDays?: number }) =>
    createHandler({
      ...ampleLimit(aws),
      apiKeys: apiKeysTable(aws.tables.apiKeys),
      portalLinks: portalLinksTable(aws.tables.apiKeys),
      webhooks,
      changes: changesTable(aws.tables.webhooks),
      told: toldTable(aws.tables.webhooks),
      stream: eventStream(aws.stream),
      webhookCounts: webhookCountsTable(aws.tables.webhooks),
      maxWebhooks: 10_000,
      maxContentWebhooks: 200,
      settings: deliverySettingsTable(aws.tables.webhooks),
      batches: batchListing({ ...aws.tables.batches, ...options }),
      batchLog: batches,
      deliveryHours,
      bodies: batchBodies(aws.bucket),
      keptBodies: keptBodies(aws.bucket),
      maxKeepBodiesDays: options.maxKeepBodiesDays ?? 30,
      retries: deliveryQueue(retries),
      replays: replaysTable(aws.tables.batches),
      searches: searchesTable(aws.tables.batches),
      replaySteps: { send: () => Promise.resolve() },
      retentionHours: 24,
      windowSeconds: 30,
      clock: { scale: 1 },
      targets,
      tokens: accessTokens(targets),
      baseUrl: "https://tidepost.example.com/api",
      hasDocuments: false,
      isPortalFramed: false,
      now: () => now,
      newId: () => crypto.randomUUID(),
      randomBytes,
      newSigningSecret: () => signingSecretOf(new Uint8Array(signingKeyBytes)),
      telemetry: createTelemetry("api"),
    });
  const handler = handlerWith({});

  const get = async (
    path: string,
    options: {
      readonly method?: "GET" | "POST" | "PUT";
      readonly body?: object;
      readonly query?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly customerId?: string;
      readonly grants?: readonly Grant[];
      readonly maxRequests?: number;
      readonly maxKeepBodiesDays?: number;
    } = {},
  ): Promise<ApiAnswer> => {
    const { method = "GET", query, headers, customerId = "1", grants = ["webhooks/view"] } = options;
    const { maxRequests, maxKeepBodiesDays } = options;
    const other = {
      ...(maxRequests === undefined ? {} : { maxRequests }),
      ...(maxKeepBodiesDays === undefined ? {} : { maxKeepBodiesDays }),
    };
    const event = proxyEvent({
      method,
      path,
      ...(query && { query }),
      ...(headers && { headers }),
      ...(options.body && { body: JSON.stringify(options.body) }),
      caller: { customerId, grants },
    });
    const { statusCode, body } = await (Object.keys(other).length === 0 ? handler : handlerWith(other))(
      event,
      lambdaContext(),
    );
    const json = JSON.parse(body) as {
      results?: readonly Row[];
      next_cursor?: string;
      errors?: readonly ErrorBody[];
    };
    const results = json.results ?? [];
    return {
      status: statusCode,
      body: json,
      results,
      result: results as unknown as Row,
      nextCursor: json.next_cursor,
      errors: json.errors ?? [],
    };
  };

  /** Records a batch as delivery does: claim and outcome, attempt by attempt. */
  const addBatch = async (wanted: WantedBatch): Promise<BatchRef> => {
    const { webhookId, ageMs = hour, batchId = crypto.randomUUID(), events = 10, attempts = [] } = wanted;
    const createdMs = now - ageMs;
    const ref = { webhookId, batchId, createdAt: new Date(createdMs).toISOString() };
    const requestOf = (attempt: number) => ({
      ...ref,
      customerId: "1",
      settingsRevision: 1,
      events,
      bytes: events * 100,
      attempt,
      now: createdMs + attempt * minute,
      firstAttemptAt: createdMs + minute,
      cutoff: createdMs + minute + 4 * hour,
      ttl: Math.floor((now + (wanted.keptMs ?? 24 * hour)) / 1_000),
    });
    const claim = async (attempt: number) =>
      await batches.claim({ ...requestOf(attempt), until: createdMs + attempt * minute + 35_000 });
    for (const [index, outcome] of attempts.entries()) {
      const attempt = index + 1;
      await claim(attempt);
      const { excerpt } = wanted;
      const answered = attemptRecord(attempt, createdMs + attempt * minute, outcome);
      const record = { ...answered, ...(excerpt === undefined ? {} : { excerpt }) };
      if (record.reason === undefined)
        await batches.recordDelivered(ref, record, { endedAt: Date.parse(record.at), kept: wanted.kept });
      else if (wanted.failuresLost !== true)
        await batches.recordFailed(ref, record, createdMs + (attempt + 1) * minute);
    }
    for (let again = 1; again <= (wanted.sentAgain ?? 0); again += 1) {
      const record = attemptRecord(attempts.length + again, now, 503);
      await batches.recordAgain(ref, { ...record, again: true }, again);
    }
    if (attempts.length === 0) await claim(1);
    if (wanted.parked === true) await batches.recordParked(ref, { attempt: 1, nextAttemptAt: now + minute });
    if (wanted.expired === true) await batches.recordExpired(ref, createdMs + 4 * hour);
    return ref;
  };

  return {
    get,
    deliveryHours,
    addBatch,
    /** Records batches that differ in nothing but their id and age, by what delivery records of one of them. */
    addAlike: async (wanted: Omit<WantedBatch, "ageMs">, agesMs: readonly number[]): Promise<readonly BatchRef[]> => {
      const { client, tableName } = aws.tables.batches;
      const first = await addBatch({ ...wanted, ageMs: agesMs[0] ?? hour });
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: batchKeyOf(first) }));
      const refs = agesMs
        .slice(1)
        .map((ageMs) => ({ ...first, batchId: crypto.randomUUID(), createdAt: isoAgo(ageMs) }));
      const text = JSON.stringify(Item);
      const items = refs.map(({ batchId, createdAt }) => {
        const copy = text.replaceAll(first.batchId, batchId).replaceAll(first.createdAt, createdAt);
        return JSON.parse(copy) as Record<string, unknown>;
      });
      while (items.length > 0) {
        const puts = items.splice(0, 25).map((copy) => ({ PutRequest: { Item: copy } }));
        await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
      }
      return [first, ...refs];
    },
    /** What delivery notes at the webhook. */
    noteAttempt: webhooks.noteAttempt,
    removeWebhook: webhooks.remove,
    /** Messages on the queue of retries. */
    retries: async () => await aws.receiveAll(retries.queueUrl),
    storeBody: async ({ webhookId, batchId }: BatchRef, body: string, encoding: BodyEncoding = "zstd") =>
      encoding === "zstd"
        ? await aws.storeObject(`batches/${webhookId}/${batchId}.json.zst`, zstdCompressSync(body))
        : await aws.storeObject(`batches/${webhookId}/${batchId}.json.gz`, gzipSync(body)),
    /** Keeps a delivered body as `deliver` does. */
    keepBody: async ({ webhookId, batchId }: BatchRef, kept: Kept, body: string): Promise<void> => {
      const bytes = kept.encoding === "gzip" ? gzipSync(body) : zstdCompressSync(body);
      await keptBodies(aws.bucket).put({ webhookId, batchId, kept, bytes });
    },
    stop: aws.stop,

    addWebhook: async (fields: Partial<Webhook> = {}): Promise<string> => {
      const webhookId = crypto.randomUUID();
      await webhooks.create(aWebhook({ webhookId, ...fields }));
      return webhookId;
    },

    /** The same with settings for its deliveries, which a change reads. */
    addWebhookWithSettings: async (
      fields: Partial<Webhook> = {},
      settings: DeliverySettings = aWebhook().maskedSettings,
    ): Promise<string> => {
      const webhookId = crypto.randomUUID();
      await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
      await webhooks.create(aWebhook({ webhookId, maskedSettings: maskSettings(settings), ...fields }));
      return webhookId;
    },

    /** Records what is left of a chain from an event on as waiting, and returns its message, which waits on a queue. */
    addRest: async (webhookId: string, events: readonly unknown[], next: number, expiredFor?: ExpiryReason) => {
      const createdAt = isoAgo(hour);
      const chain = await chainOf(aws, { webhookId, customerId: "1", createdAt, events, batchSize: 2, frameEvents: 3 });
      const batchId = crypto.randomUUID();
      const waiting = { ...chain, next, hop: 1, parked: true };
      const until = now + hour;
      const rest = {
        webhookId,
        createdAt,
        batchId,
        customerId: "1",
        events: events.length - next,
        bytes: 1_000,
        eventTypes: { click: events.length - next },
        firstAttemptAt: now - hour,
        cutoff: until,
        ttl: Math.floor(until / 1_000),
        chain: waiting,
      };
      await batches.recordRestParked(rest, now + minute);
      if (expiredFor !== undefined) await batches.recordRestExpired(rest, { at: now, reason: expiredFor });
      return { batchId, chain: waiting };
    },

    /** Every page of a list, with the rows of each. */
    pages: async (path: string, query: Readonly<Record<string, string>>, maxRequests?: number) => {
      const found: (readonly Row[])[] = [];
      let cursor: string | undefined;
      do {
        const page = await get(path, {
          query: { ...query, ...(cursor === undefined ? {} : { cursor }) },
          ...(maxRequests === undefined ? {} : { maxRequests }),
        });
        found.push(page.results);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    },
  };
};

export type BatchesApi = Awaited<ReturnType<typeof startBatchesApi>>;

const attemptRecord = (attempt: number, at: number, outcome: number | "response_timeout"): AttemptRecord => {
  const common = { attempt, at: new Date(at).toISOString(), durationMs: 100 + attempt };
  if (outcome === "response_timeout") return { ...common, reason: outcome, errorCode: "ETIMEDOUT" };
  if (outcome < 300) return { ...common, status: outcome, excerpt: "thanks" };
  return { ...common, status: outcome, reason: "http_5xx", excerpt: "no" };
};
