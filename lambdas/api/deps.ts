import type { Caller } from "#shared/api-key.ts";
import type { AnswerTo, OperationKey, ViewOf } from "#shared/contract/api/answers.ts";
import type { Grant } from "#shared/contract/words.ts";
import type { ReplayQueue, ReplayStore, SearchStore } from "#shared/job-stores.ts";
import type {
  ApiKeyStore,
  BatchListing,
  BatchStore,
  BodyStore,
  DeliveryHourStore,
  DeliveryQueue,
  SettingsStore,
  WebhookCounts,
  WebhookStore,
} from "#shared/stores.ts";
import type { PortalLinkStore } from "#shared/portal/portal-link.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { StreamRecord, StreamWriter } from "#shared/stream.ts";
import type { ToldStore } from "#shared/webhooks/told-store.ts";
import type { ChangeStore } from "#shared/webhooks/change-store.ts";
import type { KeptBodyStore } from "#shared/delivery/kept-body.ts";
import type { RetryClock } from "#shared/delivery/retry-schedule.ts";
import type { FleetCache } from "./fleet/kept.ts";
import type { TestPostDeps } from "./webhooks/test-post.ts";

export interface ApiDeps extends TestPostDeps {
  readonly apiKeys: Omit<ApiKeyStore, "noteUse">;
  readonly portalLinks: PortalLinkStore;
  readonly webhooks: Pick<
    WebhookStore,
    "create" | "find" | "findMany" | "list" | "readFleetVersion" | "replace" | "remove"
  >;
  readonly changes: ChangeStore;
  readonly told: Pick<ToldStore, "noteSubscriber" | "hasSubscriber" | "noteChangeTold">;
  readonly stream: StreamWriter<StreamRecord>;
  readonly telemetry: Pick<Telemetry, "batchSentElsewhere" | "changeNotTold">;
  readonly webhookCounts: WebhookCounts;
  /** Webhooks that a customer may have. */
  readonly maxWebhooks: number;
  /** Of these, webhooks that may have a filter, fields or a mask. */
  readonly maxContentWebhooks: number;
  readonly settings: SettingsStore;
  readonly batches: BatchListing;
  readonly batchLog: Pick<BatchStore, "countSentElsewhere">;
  readonly kept: FleetCache;
  readonly bodies: Pick<BodyStore, "find" | "load">;
  readonly keptBodies: Pick<KeptBodyStore, "has" | "placeOf">;
  /** Most days that a webhook may keep delivered bodies; 0: none may. */
  readonly maxKeepBodiesDays: number;
  readonly deliveryHours: Pick<DeliveryHourStore, "find" | "findWhole" | "list" | "listExpiries" | "sum">;
  readonly retries: Pick<DeliveryQueue, "send">;
  readonly replays: Pick<ReplayStore, "create" | "list" | "end">;
  readonly searches: Omit<SearchStore, "plan" | "closeShard" | "findShard" | "putShard" | "putMatch" | "findMatch">;
  readonly replaySteps: ReplayQueue;
  /** How long the stream keeps events. */
  readonly retentionHours: number;
  /** How long events are collected for a batch. */
  readonly windowSeconds: number;
  /** By which failed batches are tried again. */
  readonly clock: RetryClock;
  /** Public base URL up to and including the stage. */
  readonly baseUrl: string;
  /** Whether there is a console, whose function serves the documents below `/docs/`, too. */
  readonly hasDocuments: boolean;
  /** Whether pages of other origins may show the console in a frame. */
  readonly isPortalFramed: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly newSigningSecret: () => string;
  readonly randomBytes: (size: number) => Buffer;
}

export interface PublicRequest {
  /** Values of the path's `{name}` segments. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the path ends in a slash. */
  readonly endsInSlash: boolean;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly header: (name: string) => string | undefined;
}

export interface Request extends PublicRequest {
  readonly caller: Caller;
}

/** The answer of an operation: its body is what the contract says. */
export type Answered<Key extends OperationKey> = {
  readonly status: 200;
  readonly body: ViewOf<AnswerTo<Key>>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer without a body. */
export interface Done {
  readonly status: 204;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is no envelope: a page, a document, or a redirect. */
export interface Text {
  readonly status: 200 | 302;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Answer =
  | ({ readonly status: 200; readonly body: object } & Pick<Answered<OperationKey>, "headers">)
  | Done
  | Text;

/**
 * A route of the API: what it answers, and the grant that it needs; `key` stands for any API key, `session` for a portal
 * session.
 */
export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
} & (
  | { readonly grant: "public"; readonly handle: (deps: ApiDeps, request: PublicRequest) => Promise<Answer> }
  | { readonly grant: Grant | "key" | "session"; readonly handle: (deps: ApiDeps, request: Request) => Promise<Answer> }
);
