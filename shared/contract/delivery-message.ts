import { closedBy } from "./words.ts";
import * as z from "zod";

/** Encodings of stored bodies: compressed as a whole, or frames as `shared/events/frames.ts` writes them. */
export const bodyEncodings = ["frames", "zstd", "gzip"] as const;
export type BodyEncoding = (typeof bodyEncodings)[number];

/** The compressed body itself in base64, or the key of the object that holds it. */
export const bodyPlace = z.union([
  z.object({ kind: z.literal("inline"), zstd: z.base64() }),
  z.object({ kind: z.literal("inline"), gzip: z.base64() }),
  z.object({ kind: z.literal("inline"), frames: z.base64() }),
  z.object({ kind: z.literal("stored"), key: z.string().min(1) }),
]);

/**
 * Where on the stream the events of a batch came from, so that the batch can be formed again. Events are counted from 0 among
 * those that its webhook took of the window.
 */
export const stretch = z.object({
  shard: z.string().min(1),
  firstSequenceNumber: z.string().min(1),
  lastSequenceNumber: z.string().min(1),
  /** The webhook's revision as of which the window was routed. */
  revision: z.int().positive(),
  /** Number of its first event, and of the event behind its last. */
  first: z.int().nonnegative(),
  next: z.int().positive(),
  /** For a part of a batch that was split: the events of the whole batch's body that stand before it. */
  skip: z.int().nonnegative().exactOptional(),
  /** The replay that has read the window. It says which records of the window it took. */
  replayId: z.uuid().exactOptional(),
});

export type Stretch = Readonly<z.infer<typeof stretch>>;

/**
 * Message on the queues `deliveries` and `retries`: one attempt of one batch. It never carries a secret; `deliver` looks
 * the settings up by webhook and revision. Versioned, because messages outlive a deployment.
 */
export const deliveryMessage = z.object({
  version: z.literal(1),
  batchId: z.uuid(),
  webhookId: z.uuid(),
  customerId: z.string().min(1),
  settingsRevision: z.int().positive(),
  /** When the window's first record arrived on the stream, ISO 8601. With the batch id, the key of the batch's record. */
  createdAt: z.iso.datetime(),
  /** Events in the batch. */
  events: z.int().positive(),
  /** Length of the uncompressed body. */
  bytes: z.int().positive(),
  body: bodyPlace,
  /** Number of the attempt that this message asks for, from 1. */
  attempt: z.int().positive(),
  /** Somebody asked for this attempt: the breaker does not hold it back. */
  redelivery: z.boolean().exactOptional(),
  /** A batch that was delivered and whose body is kept is sent again: for which time, from 1. One POST, and no retry. */
  again: z.int().positive().exactOptional(),
  /** The message has waited for its webhook's breaker, or for its webhook to be resumed. */
  parked: z.boolean().exactOptional(),
  /** Since when (Unix milliseconds) it has waited for its turn at a target that answers slowly. */
  waitingSince: z.int().positive().exactOptional(),
  /** A first attempt that is made on the queue of retries, because its webhook's target may hold it for seconds. */
  slow: z.boolean().exactOptional(),
  /**
   * Start of the retry window in Unix milliseconds, once it has begun; halves share that of the whole batch. Absent: the window
   * starts when the batch is first looked at, or stands in its record alone.
   */
  firstAttemptAt: z.int().positive().exactOptional(),
  /** The status with which the target refused the batch at its last attempts, and at how many of them in a row. */
  refused: z.object({ status: z.int(), times: z.int().positive() }).exactOptional(),
  /** Where the batch stands among the parts of one that was halved, perhaps more than once. */
  half: z
    .object({
      /** The batch that was halved first. */
      rootBatchId: z.uuid(),
      /** How often that batch was halved on the way to this one. */
      halvings: z.int().positive(),
      /** Whether it is a first half of first halves alone. */
      isOnPath: z.boolean(),
    })
    .exactOptional(),
  /** The replay that the batch belongs to. */
  replayId: z.uuid().exactOptional(),
  /** A batch that had expired and was formed again: for which time, from 1. */
  recovery: z.int().positive().exactOptional(),
  /** Messages of earlier versions do not have it. */
  stretch: stretch.exactOptional(),
  /** How the batch was formed; messages of earlier versions do not have it. */
  formation: z
    .object({
      closedBy: z.enum(closedBy),
      /** When it was formed, ISO 8601. */
      closedAt: z.iso.datetime(),
      /** Most events that its webhook takes in a batch. */
      batchSize: z.int().positive(),
      /** Number of events by type. */
      eventTypes: z.record(z.string(), z.int().positive()),
      /** The batch that it is a half of. */
      splitFrom: z.uuid().exactOptional(),
    })
    .exactOptional(),
});

/** How a batch was formed. */
export type Formation = NonNullable<DeliveryMessage["formation"]>;

/** Where the body of a batch is. */
export type BodyPlace = DeliveryMessage["body"];

export type DeliveryMessage = Readonly<z.infer<typeof deliveryMessage>>;
