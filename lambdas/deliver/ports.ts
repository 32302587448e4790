import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { AttemptRecord, BatchRef, Claim, ClaimRequest } from "#shared/delivery/record.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/delivery/outbound.ts";
import type { DeliverySettings, Oauth2 } from "#shared/webhooks/settings.ts";
import type { WebhookHealth } from "#shared/webhooks/webhook.ts";

/** Records of batches. Times are Unix milliseconds. */
export interface BatchLog {
  readonly claim: (request: ClaimRequest) => Promise<Claim>;
  readonly recordParked: (
    ref: BatchRef,
    parking: { readonly attempt: number; readonly nextAttemptAt: number },
  ) => Promise<void>;
  readonly recordDelivered: (ref: BatchRef, attempt: AttemptRecord, endedAt: number) => Promise<void>;
  readonly recordFailed: (ref: BatchRef, attempt: AttemptRecord, nextAttemptAt: number | undefined) => Promise<void>;
  readonly recordSplit: (ref: BatchRef, attempt: AttemptRecord, splitInto: readonly string[]) => Promise<void>;
  readonly recordExpired: (ref: BatchRef, at: number) => Promise<void>;
}

/** Compressed bodies of batches. */
export interface Bodies {
  readonly place: (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly body: EncodedBody;
  }) => Promise<BodyPlace>;
  /** Takes a body out of its message, so that others than the message's receiver can read it. */
  readonly keep: (batch: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly body: BodyPlace;
  }) => Promise<BodyPlace>;
  readonly load: (place: BodyPlace) => Promise<EncodedBody | undefined>;
  /** Deletes the object that a body was stored as, if it was. */
  readonly remove: (batch: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly body: BodyPlace;
  }) => Promise<void>;
}

export interface RetryQueue {
  readonly send: (message: DeliveryMessage, delaySeconds: number) => Promise<void>;
}

export interface Settings {
  readonly find: (webhookId: string, revision: number) => Promise<DeliverySettings | undefined>;
}

/** What a webhook remembers of its deliveries. */
export interface Health {
  readonly readHealth: (customerId: string, webhookId: string) => Promise<WebhookHealth | undefined>;
  readonly changeBreaker: (change: {
    readonly customerId: string;
    readonly webhookId: string;
    readonly breaker: Breaker;
    readonly expectedRevision: number;
  }) => Promise<boolean>;
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
