import type { Grant, Caller } from "#shared/domain/api-key.ts";
import type { TestPostDeps } from "./test-post.ts";
import type { SettingsRevision, Webhook } from "#shared/domain/webhook.ts";

export interface ApiDeps extends TestPostDeps {
  readonly webhooks: Webhooks;
  readonly settings: Settings;
  /** Public base URL up to and including the stage. */
  readonly baseUrl: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
}

interface Webhooks {
  readonly create: (webhook: Webhook) => Promise<void>;
  readonly find: (customerId: string, webhookId: string) => Promise<Webhook | undefined>;
  readonly list: (customerId: string) => Promise<readonly Webhook[]>;
  readonly remove: (customerId: string, webhookId: string) => Promise<Webhook | undefined>;
}

interface Settings {
  /** Stores a revision; false when it exists already. */
  readonly put: (revision: SettingsRevision) => Promise<boolean>;
  /** Lets all revisions end at `ttl` (Unix seconds). */
  readonly retire: (webhookId: string, options: { readonly ttl: number }) => Promise<void>;
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

export type Answer = { readonly status: 200; readonly results: unknown } | { readonly status: 204 };

/** A route of the API: what it answers, and the grant that it needs. */
export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
} & (
  | { readonly grant: "public"; readonly handle: (deps: ApiDeps, request: PublicRequest) => Promise<Answer> }
  | { readonly grant: Grant; readonly handle: (deps: ApiDeps, request: Request) => Promise<Answer> }
);
