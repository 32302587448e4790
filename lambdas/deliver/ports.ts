import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { AttemptRecord, BatchRef } from "#shared/domain/batch-record.ts";
import type { DeliveryFact } from "#shared/domain/delivery-hours.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/domain/target-answer.ts";
import type { DeliverySettings, Oauth2 } from "#shared/domain/delivery-settings.ts";

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
  readonly recordDelivered: (ref: BatchRef, attempt: AttemptRecord, endedAt: number) => Promise<void>;
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

/** Counters of what happens to batches. */
export interface DeliveryHours {
  readonly count: (fact: DeliveryFact) => Promise<void>;
}

/** Outbound HTTP. Never throws for what a target does. */
export interface Targets {
  readonly post: (request: OutboundRequest) => Promise<TargetAnswer>;
}

/** An OAuth 2 access token. Times are Unix milliseconds. */
export interface AccessToken {
  readonly value: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Access tokens by owner. */
export interface Tokens {
  /** Undefined when the token endpoint gives none. */
  readonly get: (owner: string, auth: Oauth2) => Promise<AccessToken | undefined>;
  /** Forgets an owner's token, so that the next one is new. */
  readonly discard: (owner: string) => void;
}
