import type { ApiKey, Caller, NewApiKey } from "#shared/api-key.ts";
import type { Grant } from "#shared/contract/words.ts";
import type { BatchDeps } from "./batches/ports.ts";
import type { ReplayDeps } from "./replays/ports.ts";
import type { TestPostDeps } from "./webhooks/test-post.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import type { SettingsRevision, Webhook } from "#shared/webhooks/webhook.ts";

export interface ApiDeps extends BatchDeps, ReplayDeps, TestPostDeps {
  readonly apiKeys: ApiKeys;
  readonly webhooks: Webhooks;
  readonly settings: Settings;
  /** Public base URL up to and including the stage. */
  readonly baseUrl: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly newSigningSecret: () => string;
}

interface ApiKeys {
  readonly put: (key: NewApiKey) => Promise<void>;
  readonly find: (keyHash: string) => Promise<ApiKey | undefined>;
  readonly findById: (customerId: string, id: string) => Promise<ApiKey | undefined>;
  readonly list: (customerId: string) => Promise<readonly ApiKey[]>;
  /** Stores a key's label and grants; false when it is gone or another change came before. */
  readonly change: (before: ApiKey, after: Pick<ApiKey, "label" | "grants">) => Promise<boolean>;
  /** Deletes a key; false when it is gone already. */
  readonly remove: (keyHash: string) => Promise<boolean>;
}

interface Webhooks {
  /** Stores a new webhook; false when there is one of that id. */
  readonly create: (webhook: Webhook) => Promise<boolean>;
  readonly find: (customerId: string, webhookId: string) => Promise<Webhook | undefined>;
  readonly list: (customerId: string) => Promise<readonly Webhook[]>;
  /** Stores a changed webhook; false when it does not have the expected revision any more. */
  readonly replace: (webhook: Webhook, expectedRevision: number) => Promise<boolean>;
  /** Deletes a webhook; false when it does not have the expected revision any more. */
  readonly remove: (customerId: string, webhookId: string, expectedRevision?: number) => Promise<boolean>;
}

interface Settings {
  /** Stores a revision; false when it exists already. */
  readonly put: (revision: SettingsRevision) => Promise<boolean>;
  readonly find: (webhookId: string, revision: number) => Promise<DeliverySettings | undefined>;
  /** Lets all revisions but `keep` end at `ttl` (Unix seconds). */
  readonly retire: (webhookId: string, options: { readonly ttl: number; readonly keep?: number }) => Promise<void>;
}

export interface PublicRequest {
  /** Values of the path's `{name}` segments. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly header: (name: string) => string | undefined;
}

export interface Request extends PublicRequest {
  readonly caller: Caller;
}

export type Answer =
  | {
      readonly status: 200;
      readonly results: unknown;
      /** What the answer has beside `results`. */
      readonly envelope?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly status: 204 }
  /** What is no envelope: a page or a document. */
  | { readonly status: 200; readonly text: string; readonly headers: Readonly<Record<string, string>> };

/** A route of the API: what it answers, and the grant that it needs; `key` stands for any API key. */
export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
} & (
  | { readonly grant: "public"; readonly handle: (deps: ApiDeps, request: PublicRequest) => Promise<Answer> }
  | { readonly grant: Grant | "key"; readonly handle: (deps: ApiDeps, request: Request) => Promise<Answer> }
);
