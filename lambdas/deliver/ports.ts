import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { AttemptRecord, BatchRef } from "#shared/domain/batch-record.ts";
import type { FailureReason } from "#shared/domain/failure-reason.ts";
import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";

/** Records of batches. Times are Unix milliseconds. */
export interface BatchLog {
  readonly claim: (
    request: BatchRef & {
      readonly customerId: string;
      readonly events: number;
      readonly bytes: number;
      readonly attempt: number;
      readonly now: number;
      readonly until: number;
      readonly cutoff: number;
      readonly ttl: number;
    },
  ) => Promise<Claim>;
  readonly recordDelivered: (ref: BatchRef, attempt: AttemptRecord) => Promise<void>;
  readonly recordFailed: (ref: BatchRef, attempt: AttemptRecord, nextAttemptAt: number | undefined) => Promise<void>;
  readonly recordExpired: (ref: BatchRef, at: number) => Promise<void>;
}

type Claim =
  | { readonly kind: "claimed"; readonly firstAttemptAt: number }
  | { readonly kind: "ended" }
  | { readonly kind: "recorded" }
  | { readonly kind: "busy"; readonly until: number };

/** Bodies in the bucket. */
export interface Bodies {
  readonly get: (key: string) => Promise<Buffer | undefined>;
  readonly remove: (key: string) => Promise<void>;
}

export interface RetryQueue {
  readonly send: (message: DeliveryMessage, delaySeconds: number) => Promise<void>;
}

export interface Settings {
  readonly find: (webhookId: string, revision: number) => Promise<DeliverySettings | undefined>;
}

/** What a webhook remembers of its deliveries. */
export interface WebhookHealth {
  readonly noteAttempt: (note: {
    readonly customerId: string;
    readonly webhookId: string;
    readonly kind: "success" | "failure";
    readonly at: string;
  }) => Promise<void>;
}

/** Outbound HTTP. Never throws for what a target does. */
export interface Targets {
  readonly post: (request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }) => Promise<TargetAnswer>;
}

export type TargetAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly excerpt: string;
      readonly timings: { readonly totalMs: number };
    }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      readonly errorCode: string;
      readonly timings: { readonly totalMs: number };
    };
