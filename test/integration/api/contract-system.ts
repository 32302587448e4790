import { setImmediate } from "node:timers/promises";
import { zstdCompressSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { pollSlotsTable } from "#shared/adapters/dynamodb/poll-slots-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { keyRequestsPerSecond } from "#shared/contract/limits.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { ingestPath, listenPath, portalSessionPath, sesIngestPath } from "#shared/contract/api-paths.ts";
import { pollSlotsPartition, requestCountsPrefix } from "#shared/contract/tables.ts";
import { decodeRecord, type OwnedEvent } from "#shared/events/decode-record.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { storedJson } from "../../support/stored-json.ts";
import { createHandler as createIngest } from "../../../lambdas/ingest/handler.ts";
import { createHandler as createListen } from "../../../lambdas/listen/handler.ts";
import { createHandler as createSes } from "../../../lambdas/ses/handler.ts";
import { chainOf } from "../../support/chain-message.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { startReceiver } from "../../support/receiver.ts";
import { ampleLimit } from "../../support/request-limit.ts";
import { options } from "../../unit/ses/mapping.ts";
import { jobsOf } from "./contract-jobs.ts";
import { type Credential, type PortalSession, credentialHeaders, portalOf } from "./contract-portal.ts";
import { startApi } from "./start-api.ts";

/** A request of the whole REST API. */
export interface WireRequest {
  readonly method: string;
  /** Below the stage: `/v1/webhooks`. */
  readonly path: string;
  /** JSON unless it is text or bytes. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer as it went over the wire; `json` is undefined when there is no body. */
export interface WireAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
}

/** What a customer has, one of each kind. */
export interface Possessions {
  readonly key: string;
  readonly session: PortalSession;
  /** A portal link that nobody has opened, and its token. */
  readonly portalLinkId: string;
  readonly portalToken: string;
  readonly keyId: string;
  readonly customerId: string;
  /** A second key, which the first may change and revoke. */
  readonly otherKeyId: string;
  readonly webhookId: string;
  /** A delivered batch that failed at first. */
  readonly batchId: string;
  /** A batch that waits for its second attempt. */
  readonly waitingBatchId: string;
  /** A cancelled replay. */
  readonly replayId: string;
  /** A cancelled search that has found an event. */
  readonly searchId: string;
  /** A cancelled test of a filter that has counted an event. */
  readonly testId: string;
  /** A path of the receiver that is this customer's alone. */
  readonly target: string;
}

const minute = 60_000;

/** Whether an item is what somebody has asked for: slots of polls and counts of requests are not. */
export const isAskedFor = ({ pk }: { readonly pk?: unknown }): boolean =>
  pk !== pollSlotsPartition && !String(pk).startsWith(requestCountsPrefix);

/** What is other than usual when a request comes. */
interface Conditions {
  readonly streamName: string;
  readonly maxShards: number;
  /** Requests that a key may send each second. */
  readonly perSecond: number;
  readonly hasDocuments: boolean;
}

/** The functions behind the REST API, on embedded services, with a receiver. */
export const startContract = async (apiOptions: Parameters<typeof startApi>[0] = {}) => {
  const [api, receiver] = await Promise.all([startApi(apiOptions), startReceiver()]);
  const { aws } = api;
  const batches = batchesTable(aws.tables.batches);
  const searches = searchesTable(aws.tables.batches);
  const handlerOf = (
    method: string,
    path: string,
    { streamName, maxShards, perSecond, ...ofApi }: Partial<Conditions>,
  ) => {
    switch (`${method} ${path}`) {
      case `POST ${ingestPath}`:
        return ingestInto(streamName, perSecond);
      case `POST ${sesIngestPath}`:
        return sesInto(streamName, perSecond);
      case `GET ${listenPath}`:
        return listenTo({
          ...(maxShards === undefined ? {} : { maxShards }),
          ...(perSecond === undefined ? {} : { perSecond }),
        });
      default:
        if (perSecond !== undefined) return api.handlerWith({ perSecond });
        return ofApi.hasDocuments === undefined ? api.handler : api.handlerWith(ofApi);
    }
  };
  const ingestInto = (streamName: string = aws.stream.streamName, perSecond = keyRequestsPerSecond) =>
    createIngest({
      counts: requestCountsTable(aws.tables.batches),
      now: Date.now,
      perSecond,
      stream: eventStream({ ...aws.stream, streamName }),
      telemetry: createTelemetry("ingest"),
    });
  const sesInto = (streamName: string = aws.stream.streamName, perSecond = keyRequestsPerSecond) =>
    createSes({
      counts: requestCountsTable(aws.tables.batches),
      mapping: options,
      now: Date.now,
      outbound: outboundClient({ allowedRanges: [] }),
      perSecond,
      quarantine: quarantine(aws.bucket),
      stream: eventStream({ ...aws.stream, streamName }),
      telemetry: createTelemetry("ses"),
      topics: [],
    });
  const pollSlots = pollSlotsTable(aws.tables.batches);
  /** How far polls are ahead of the clock: they do not wait, and their time goes on all the same. */
  let aheadMs = 0;
  const listenTo = ({ maxShards = 100, ...limit }: Pick<Partial<Conditions>, "maxShards" | "perSecond">) =>
    createListen({
      ...ampleLimit(aws),
      ...limit,
      events: streamReader(aws.stream),
      maxShards,
      newId: () => crypto.randomUUID(),
      now: () => Date.now() + aheadMs,
      pause: async (ms) => {
        await setImmediate();
        aheadMs += ms;
      },
      retentionHours: 24,
      slots: pollSlots,
      streamName: aws.stream.streamName,
      telemetry: createTelemetry("listen"),
      webhooks: api.webhooks,
    });

  /**
   * Sends a request with an API key or a portal session; without one, or with a session that the authorizer does not let pass, as if
   * the authorizer had not run. The routes of API keys have other paths for sessions.
   */
  const sendWhole = async (
    { method, path: keyPath, body, query, headers: sent = {} }: WireRequest,
    credential?: Credential,
    conditions: Partial<Conditions> = {},
  ): Promise<WireAnswer & { readonly headers: Readonly<Record<string, unknown>> }> => {
    const isText = typeof body === "string" || Buffer.isBuffer(body);
    const isSession = typeof credential === "object";
    const path = isSession && keyPath !== portalSessionPath ? keyPath.replace("/v1/", "/v1/portal/") : keyPath;
    const headers = { ...credentialHeaders(credential), ...sent };
    const caller = isSession
      ? await api.sessionCallerOf(headers, path)
      : credential === undefined
        ? undefined
        : await api.callerOf(credential);
    const event = proxyEvent({
      method,
      path,
      headers,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      ...(caller === undefined ? {} : { caller }),
    });
    const handle = handlerOf(method, path, conditions);
    const { statusCode, body: text, headers: answered = {} } = await handle(event, lambdaContext());
    return { status: statusCode, json: text === "" ? undefined : JSON.parse(text), headers: answered };
  };
  const send = async (...sent: Parameters<typeof sendWhole>): Promise<WireAnswer> => {
    const { status, json } = await sendWhole(...sent);
    return { status, json };
  };

  const { addPortalLink, openLink } = portalOf(sendWhole);
  const newTarget = (): string => `${receiver.url}/${crypto.randomUUID()}`;

  const addBatch = async (
    customerId: string,
    webhookId: string,
    { isWaiting }: { readonly isWaiting: boolean },
  ): Promise<string> => {
    const firstAttemptAt = Date.now() - minute;
    const ref = { webhookId, batchId: crypto.randomUUID(), createdAt: new Date(firstAttemptAt).toISOString() };
    await aws.storeObject(
      `batches/${webhookId}/${ref.batchId}.json.zst`,
      zstdCompressSync('[{"msys":{"track_event":{}}}]'),
    );
    for (const attempt of isWaiting ? [1] : [1, 2]) {
      const at = firstAttemptAt + attempt * 1_000;
      await batches.claim({
        ...ref,
        customerId,
        settingsRevision: 1,
        events: 10,
        bytes: 1_000,
        attempt,
        now: at,
        until: at + minute,
        firstAttemptAt,
        cutoff: at + 240 * minute,
        ttl: Math.floor(at / 1_000) + 86_400,
      });
      const record = { attempt, at: new Date(at).toISOString(), durationMs: 100 };
      if (attempt === 1) {
        await batches.recordFailed(ref, { ...record, reason: "response_timeout", errorCode: "ETIMEDOUT" }, at + minute);
      } else await batches.recordDelivered(ref, { ...record, status: 200, excerpt: "ok" }, { endedAt: at });
    }
    return ref.batchId;
  };

  /** Records what is left of a window, which waits and has not been cut into batches; returns its id. */
  const addRest = async ({ customerId, webhookId }: Pick<Possessions, "customerId" | "webhookId">): Promise<string> => {
    const firstAttemptAt = Date.now() - minute;
    const createdAt = new Date(firstAttemptAt).toISOString();
    const batchId = crypto.randomUUID();
    const events = [1, 2].map((n) => ({ msys: { track_event: { type: "click", n } } }));
    const chain = await chainOf(aws, { webhookId, customerId, createdAt, events, batchSize: 1 });
    await batches.recordRestParked(
      {
        webhookId,
        createdAt,
        batchId,
        customerId,
        events: 2,
        bytes: 20,
        eventTypes: { click: 2 },
        firstAttemptAt,
        cutoff: firstAttemptAt + 240 * minute,
        ttl: Math.floor(firstAttemptAt / 1_000) + 86_400,
        chain,
      },
      Date.now() + minute,
    );
    return batchId;
  };

  const { addReplay, addSearch, addTest } = jobsOf(aws);

  /** The items of every table as JSON, but for what nobody has asked to be stored. */
  const items = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const { client, tableName } of Object.values(aws.tables)) {
      let start: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({ TableName: tableName, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
        );
        // When a key was last used is the authorizer's note, not something that a request changes.
        const asked = (page.Items ?? []).filter((item) => isAskedFor(item));
        found.push(...asked.map((item) => storedJson({ ...item, lastUsedAt: undefined })));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    }
    return found.toSorted();
  };

  return {
    api,
    receiver,
    send,
    newTarget,
    addReplay,
    addRest,
    addSearch,
    addTest,
    searches,

    /** Has as many polls of a customer under way as one may have. */
    takePollSlots: async (customerId: string): Promise<void> => {
      const now = Date.now() + aheadMs;
      for (const slot of [0, 1]) {
        // Those of a poll before may rest.
        const until = now + 10_000;
        await pollSlots.take({ slot, holder: crypto.randomUUID(), customerId, now: until, until });
      }
    },

    addPortalLink,
    openLink,
    sendWhole,

    /** A new customer who has one of everything; with `of` a sub-account of that customer, whose key is the customer's. */
    newCustomer: async (of?: { readonly customerId: string; readonly subaccount: number }): Promise<Possessions> => {
      const { key, id: keyId, customerId } = await api.issueKey(of);
      const { id: otherKeyId } = await api.issueKey({ customerId, grants: ["webhooks/view"] });
      const target = newTarget();
      const body = {
        name: "contract",
        target,
        events: ["delivery"],
        signing: true,
        auth_token: "a-long-shared-secret",
      };
      const headers: Readonly<Record<string, string>> =
        of === undefined ? {} : { "X-MSYS-SUBACCOUNT": String(of.subaccount) };
      const { json } = await send({ method: "POST", path: "/v1/webhooks", body, headers }, key);
      const session = await openLink(await addPortalLink(key, of?.subaccount));
      const { linkId: portalLinkId, token: portalToken } = await addPortalLink(key, of?.subaccount);
      const webhookId = String(json.results.id);
      const batchId = await addBatch(customerId, webhookId, { isWaiting: false });
      const waitingBatchId = await addBatch(customerId, webhookId, { isWaiting: true });
      const replayId = await addReplay({ customerId, webhookId }, "cancelled");
      const searchId = await addSearch({ customerId, webhookId, batchId }, "cancelled");
      const testId = await addTest({ customerId, webhookId, batchId }, "cancelled");
      const ids = { keyId, customerId, otherKeyId, webhookId, batchId, waitingBatchId, replayId, searchId, testId };
      return { key, session, portalLinkId, portalToken, ...ids, target };
    },

    items,

    /** Everything that is stored: the items of every table, and how many records the stream has. */
    dump: async (): Promise<{ readonly items: readonly string[]; readonly records: number }> => ({
      items: await items(),
      records: (await aws.streamRecords()).length,
    }),

    /** Every event on the stream with its owner. */
    streamedEvents: async (): Promise<readonly OwnedEvent[]> =>
      (await aws.streamRecords()).flatMap((record) => decodeRecord(record).events),

    stop: async () => await Promise.all([api.stop(), receiver.close()]),
  };
};

export type Contract = Awaited<ReturnType<typeof startContract>>;
