import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import type { Replay, ReplayRef, ShardProgress } from "#shared/delivery/replay.ts";
import type { ReplayFailure } from "#shared/contract/words.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";

export interface ReplayDeps {
  readonly bodies: Bodies;
  readonly events: EventReader;
  readonly replays: Replays;
  readonly retries: Retries;
  readonly steps: Steps;
  readonly webhooks: Webhooks;
  readonly streamName: string;
  readonly retentionHours: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly telemetry: Telemetry;
}

/** State of replays. Each change is made once: false says that another copy of a message has been faster. */
interface Replays {
  readonly find: (ref: ReplayRef) => Promise<Replay | undefined>;
  readonly plan: (ref: ReplayRef, shards: readonly string[]) => Promise<boolean>;
  readonly reserve: (ref: ReplayRef, change: { readonly from: number; readonly until: number }) => Promise<boolean>;
  readonly findShard: (ref: ReplayRef, shard: string) => Promise<ShardProgress | undefined>;
  readonly putShard: (replay: Replay, progress: ShardProgress) => Promise<boolean>;
  /** Notes that a shard is read; returns whether it was the last. */
  readonly closeShard: (ref: ReplayRef, shard: string) => Promise<boolean>;
  readonly end: (
    ref: ReplayRef,
    end: { readonly state: "finished" | "failed"; readonly reason?: ReplayFailure; readonly at: number },
  ) => Promise<boolean>;
}

export interface ReadRecord {
  readonly data: Buffer;
  readonly sequenceNumber: string;
  /** Unix milliseconds. */
  readonly arrivedAt: number;
}

export type Page =
  | {
      readonly kind: "records";
      readonly records: readonly ReadRecord[];
      /** Undefined at the end of a closed shard. */
      readonly iterator: string | undefined;
      /** How far the page is behind the shard's newest record. */
      readonly behindMs: number;
    }
  | { readonly kind: "throttled" };

/** The event stream. */
export interface EventReader {
  readonly listShards: () => Promise<readonly string[]>;
  readonly openShard: (
    shard: string,
    from: { readonly kind: "after"; readonly sequenceNumber: string } | { readonly kind: "time"; readonly at: number },
  ) => Promise<string>;
  readonly read: (iterator: string, limit: number) => Promise<Page>;
}

interface Webhooks {
  readonly find: (customerId: string, webhookId: string) => Promise<Subscription | undefined>;
}

export interface Bodies {
  /** Finds a place for a body that its batch determines. */
  readonly place: (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly body: EncodedBody;
  }) => Promise<BodyPlace>;
}

export interface Retries {
  readonly sendAllDelayed: (
    messages: readonly { readonly message: DeliveryMessage; readonly delaySeconds: number }[],
  ) => Promise<void>;
}

interface Steps {
  readonly send: (message: ReplayMessage, delaySeconds: number) => Promise<void>;
}
