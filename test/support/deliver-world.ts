/**
 * The `deliver` function between real adapters, a real receiver and a queue and clock of the test's own: four hours pass at
 * once, invocations die where a test wants it, and a checker tells what has happened that must not.
 */
import { createHash } from "node:crypto";
import { gunzipSync, zstdCompressSync } from "node:zlib";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { decodeBody } from "#shared/delivery/body.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import type { ChainMessage, QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import type { BatchRecord } from "#shared/delivery/record.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { Authentication } from "#shared/webhooks/settings.ts";
import type { OutboundRequest } from "#shared/delivery/outbound.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createHandler } from "../../lambdas/deliver/handler.ts";
import type { Aws } from "./aws.ts";
import { webhook } from "./builders.ts";
import { deliverDeps } from "./deliver-deps.ts";
import { type Expected, findViolations, isAccepted, type Post } from "./deliver-violations.ts";
import { type KillSwitch, killSwitch } from "./kill-switch.ts";
import { chainOf } from "./chain-message.ts";
import { lambdaContext, sqsEvent } from "./lambda-events.ts";
import { whileUp } from "./outage.ts";
import type { Receiver } from "./receiver.ts";
import type { Behaviour } from "./receiver-behaviour.ts";
import { type Received, virtualQueue } from "./virtual-queue.ts";

/** When the test's clock starts. */
export const worldStart = Date.parse("2026-01-02T03:04:05Z");
const createdAt = "2026-01-02T03:04:00.000Z";
/** Any life ends in fewer; more means that messages go round for ever. */
const maxInvocations = 2_000;

/** How messages are delivered more than once, as SQS may. */
export type Copies = "none" | "one after the other" | "at the same time";

export interface WorldOptions {
  readonly aws: Aws;
  readonly receiver: Receiver;
  readonly customerId?: string;
  readonly behaviour: Behaviour;
  readonly auth?: (receiver: Receiver) => Authentication;
  readonly fields?: Partial<Webhook>;
  /** From 0 to 1. @default 0.5 */
  readonly jitter?: () => number;
  /** Whether all stores are away at a time (Unix milliseconds). @default never */
  readonly isDown?: (now: number) => boolean;
  /** Time that passes with each POST. @default 0 */
  readonly postMs?: number;
  /** How much later than asked messages come again that wait. @default 0 */
  readonly lateMs?: number;
  /** How long the target is said to have taken for each POST. @default as long as it took */
  readonly answerMs?: number;
  /** Once an invocation was killed, the breaker is open for so long, milliseconds. @default it stays as it was */
  readonly openMsAfterKill?: number;
}

export type DeliverWorld = Awaited<ReturnType<typeof createDeliverWorld>>;

/** One webhook whose target behaves as told. */
export const createDeliverWorld = async ({ aws, receiver, behaviour, jitter = () => 0.5, ...rest }: WorldOptions) => {
  const { customerId = "1", auth = () => ({ type: "none" as const }), fields: webhookFields = {} } = rest;
  const { isDown = () => false, postMs = 0, lateMs = 0, answerMs, openMsAfterKill } = rest;
  const up = <Port extends object>(port: Port): Port => whileUp(() => isDown(now), port);
  const webhookId = crypto.randomUUID();
  const path = `/hook/${webhookId}`;
  receiver.respond(path, behaviour);
  const { tables, bucket } = aws;
  const webhooks = webhooksTable(tables.webhooks);
  const batchLog = batchesTable(tables.batches);
  const authentication = auth(receiver);
  const settings = { target: `${receiver.url}${path}`, authToken: "", auth: authentication, customHeaders: {} };
  await deliverySettingsTable(tables.webhooks).put({ webhookId, revision: 1, settings });
  await webhooks.create(webhook({ webhookId, customerId, ...webhookFields }));

  let now = worldStart;
  const queue = virtualQueue(() => now);
  const posts: Post[] = [];
  const bodies = new Map<string, Set<string>>();
  const numbers = new Map<string, readonly number[]>();
  const copied = new Set<string>();
  const chains = new Map<string, readonly number[]>();
  const unsentUnderWay = new Set<string>();
  let mostUnsentAtOnce = 0;
  let underWay = 0;
  let mostAtOnce = 0;
  /** Batches that the target had taken, and whose record did not say so, when an invocation was killed. */
  let unrecorded: ReadonlySet<string> = new Set();

  const hashOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");
  const noteBody = (batchId: string, body: Buffer): void => {
    const hash = hashOf(body);
    bodies.set(batchId, (bodies.get(batchId) ?? new Set()).add(hash));
    numbers.set(batchId, numbersIn(body));
  };
  const client = outboundClient({
    allowedRanges: ["127.0.0.0/8"],
    // No target of these worlds hangs; a short limit would add attempts on a busy machine.
    clocks: { connectTimeoutMs: 30_000, uploadTimeoutMs: 30_000, answerTimeoutMs: 30_000 },
  });
  const targets = {
    post: async (request: OutboundRequest) => {
      const at = now;
      const batchId = request.headers["X-MessageSystems-Batch-ID"];
      if (batchId !== undefined && !posts.some((post) => post.batchId === batchId)) unsentUnderWay.add(batchId);
      mostUnsentAtOnce = Math.max(mostUnsentAtOnce, unsentUnderWay.size);
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      const answer = await client.post(request);
      underWay -= 1;
      now += postMs;
      if (batchId !== undefined) {
        unsentUnderWay.delete(batchId);
        noteBody(batchId, Buffer.from(request.body));
        posts.push({ batchId, at, status: answer.kind === "answered" ? answer.status : undefined });
      }
      const { timings } = answer;
      return answerMs === undefined
        ? answer
        : { ...answer, timings: { ...timings, uploadMs: 0, waitMs: answerMs, totalMs: answerMs } };
    },
  };
  const recordsOf = async (): Promise<readonly BatchRecord[]> => {
    const page = await batchListing(tables.batches).list({ webhookId, limit: 1_000, now });
    const records = await Promise.all(page.batches.map((batch) => batchLog.find(batch)));
    return records.filter((record) => record !== undefined);
  };

  const storedBodies = async (): Promise<readonly string[]> => await aws.listKeys(`batches/${webhookId}/`);

  /** Ids of batches that were delivered and whose body is not kept as the target has it. */
  const unkeptOf = async (records: readonly BatchRecord[]): Promise<readonly string[]> => {
    const wrong = await Promise.all(
      records.map(async ({ batchId, kept, state, bytes }) => {
        if (state !== "delivered" || webhookFields.keepBodiesDays === undefined) return [];
        const place = kept && keptBodies(bucket).placeOf({ webhookId, batchId, kept });
        const body = place && (await batchBodies(bucket).load(place));
        const hash = body && hashOf((await decodeBody(body, bytes)).body);
        return hash !== undefined && bodies.get(batchId)?.has(hash) === true ? [] : [batchId];
      }),
    );
    return wrong.flat();
  };

  const sendLate = async (message: QueueMessage, delaySeconds = 0): Promise<void> =>
    await queue.send(message, delaySeconds === 0 ? 0 : delaySeconds + lateMs / 1_000);

  /** One invocation in an execution environment of its own. */
  const invoke = async (received: readonly Received[], plan: KillSwitch): Promise<void> => {
    const invocation = plan.begin();
    const documents = invocation.watch("dynamodb", up(tables.batches.client));
    const handler = createHandler(
      deliverDeps(
        {
          tables: {
            ...tables,
            batches: { ...tables.batches, client: documents },
            webhooks: { ...tables.webhooks, client: documents },
          },
          bucket,
          stream: aws.stream,
        },
        {
          bodies: invocation.watch("s3", up(batchBodies(bucket))),
          keptBodies: invocation.watch("s3", up(keptBodies(bucket))),
          retries: invocation.watch("sqs", up({ send: sendLate })),
          returned: {
            hide: async (messages) => {
              for (const { receiptHandle, seconds } of messages) {
                queue.hide(received[Number(receiptHandle)]?.id ?? 0, seconds);
              }
              await Promise.resolve();
            },
          },
          targets: invocation.watch("target", targets),
          now: () => now,
          jitter,
        },
      ),
    );
    const event = sqsEvent(
      received.map(({ message }) => message),
      received.map(({ receives }) => receives),
    );
    const endsAt = now + deliverTimeoutSeconds * 1_000;
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => endsAt - now };
    const answer = await invocation.survive(handler(event, context));
    if (answer === undefined) {
      const open = (await recordsOf()).filter(({ state }) => state !== "delivered").map(({ batchId }) => batchId);
      unrecorded = new Set(open.filter((id) => posts.some((post) => post.batchId === id && isAccepted(post))));
      if (openMsAfterKill !== undefined) await openBreaker(openMsAfterKill);
      return;
    }
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    queue.acknowledge(received.filter((_, index) => !failed.has(String(index))).map(({ id }) => id));
  };

  const setBreaker = async (breaker: Breaker): Promise<void> => {
    await webhooks.changeBreaker({ customerId, webhookId, breaker, expectedRevision: 0 });
  };

  const openBreaker = async (ms: number): Promise<void> =>
    await setBreaker({ kind: "open", openedAt: now, reason: "http_5xx", failedProbes: 0, until: now + ms });

  /** Messages that have not been delivered twice yet. */
  const uncopied = (received: readonly Received[]): readonly Received[] =>
    received.filter(({ message }) => {
      const text = JSON.stringify(message);
      return copied.has(text) ? false : copied.add(text).has(text);
    });

  return {
    webhookId,
    customerId,
    webhooks,
    posts: posts as readonly Post[],
    now: () => now,
    recordsOf,
    /** Waits for nothing: sets the clock on. */
    pass: (ms: number): void => {
      now += ms;
    },
    setBreaker,
    /** Opens the breaker for so long, milliseconds. */
    openBreaker,
    storedBodies,

    /** Puts a batch on the queue; its events are numbered from `first`. Its body is stored, or travels inside the message. */
    send: async (
      batch: {
        readonly first?: number;
        readonly events?: number;
        readonly eventBytes?: number;
        readonly isInline?: boolean;
      } = {},
      fields: Partial<DeliveryMessage> = {},
    ): Promise<DeliveryMessage> => {
      const { first = 0, events = 1, eventBytes = 0, isInline = false } = batch;
      const batchId = crypto.randomUUID();
      const body = Buffer.from(JSON.stringify(eventsFrom(first, events, eventBytes)));
      noteBody(batchId, body);
      const zstd = zstdCompressSync(body);
      const message: DeliveryMessage = {
        version: 1,
        batchId,
        webhookId,
        customerId,
        settingsRevision: 1,
        createdAt,
        events,
        bytes: body.length,
        body: isInline
          ? { kind: "inline", zstd: zstd.toString("base64") }
          : await aws.storeObject(`batches/${webhookId}/${batchId}.json.zst`, zstd),
        attempt: 1,
        ...fields,
      };
      await queue.send(message);
      return message;
    },

    /** Puts a chain on the queue; its events are numbered from `first`. */
    sendChain: async ({
      first = 0,
      events,
      ...batch
    }: { readonly first?: number; readonly events: number } & Omit<
      Parameters<typeof chainOf>[1],
      "customerId" | "webhookId" | "createdAt" | "events"
    >): Promise<ChainMessage> => {
      const texts = eventsFrom(first, events, 0);
      const message = await chainOf(aws, { ...batch, customerId, webhookId, createdAt, events: texts });
      chains.set(
        message.batchId,
        texts.map((_, index) => first + index),
      );
      await queue.send(message);
      return message;
    },

    /** Puts a message on the queue as it is. */
    enqueue: queue.send,
    /** What waits on the queue. */
    queued: queue.all,

    /** Handles the messages that the queue shows now, each in an invocation of its own, at the same time. */
    invokeEach: async (): Promise<void> => {
      await Promise.all(queue.receive().map((received) => invoke([received], killSwitch(0, "before"))));
    },

    /** Lets time pass until the queue is empty, or until a moment. */
    drain: async (
      options: { readonly plan?: KillSwitch; readonly copies?: Copies; readonly until?: number } = {},
    ): Promise<void> => {
      const { plan = killSwitch(0, "before"), copies = "none", until = Number.POSITIVE_INFINITY } = options;
      for (let invocations = 0; invocations < maxInvocations; invocations += 1) {
        const next = queue.nextAt();
        if (next === undefined || next >= until) return;
        now = Math.max(now, next);
        const received = queue.receive();
        const again = copies === "none" ? [] : uncopied(received);
        if (copies === "at the same time") {
          await Promise.all([invoke(received, plan), ...(again.length === 0 ? [] : [invoke(again, plan)])]);
        } else {
          await invoke(received, plan);
          if (again.length > 0) await invoke(again, plan);
        }
      }
    },

    /** What must not be, once the queue is empty; empty when all is well. */
    violations: async (expected: Expected = {}, given?: readonly BatchRecord[]): Promise<readonly string[]> => {
      const records = given ?? (await recordsOf());
      return findViolations(
        {
          posts,
          records,
          unkept: await unkeptOf(records),
          bodies,
          numbers,
          chains,
          mostUnsentAtOnce,
          mostAtOnce,
          takesTurns: answerMs !== undefined,
          unrecorded,
          isQuiet: queue.nextAt() === undefined,
          deadLetters: queue.deadLetters.length,
          storedBodies: (await storedBodies()).length,
        },
        expected,
      );
    },
    close: async (): Promise<void> => await client.close(),
  };
};

/** Numbered events, padded with what does not compress. */
export const eventsFrom = (first: number, count: number, bytes: number): readonly unknown[] =>
  Array.from({ length: count }, (_, index) => {
    const pad = crypto.getRandomValues(new Uint8Array(Math.floor(bytes / 2)));
    const fields = { type: "delivery", n: first + index, pad: Buffer.from(pad).toString("hex") };
    return { msys: { message_event: fields } };
  });

const numbersIn = (body: Buffer): readonly number[] => {
  const isGzip = body[0] === 0x1f;
  const events = JSON.parse((isGzip ? gunzipSync(body) : body).toString()) as readonly {
    readonly msys: { readonly message_event: { readonly n: number } };
  }[];
  return events.map(({ msys }) => msys.message_event.n);
};
