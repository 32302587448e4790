import type { OperationKey } from "#shared/contract/api/answers.ts";
import { send } from "../../unit/ses/documents.ts";
import { grantOf } from "../../../lambdas/api/openapi/create-document.ts";
import type { Credential } from "./contract-portal.ts";
import type { Contract, Possessions, WireRequest } from "./contract-system.ts";

/** What a request is made from. */
export interface World {
  readonly system: Contract;
  readonly own: Possessions;
}

/** The part of a request that its operation does not tell. */
export type Part = Omit<WireRequest, "method" | "path"> & {
  /** Values of the path's parameters, instead of the customer's own things. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/** What an id in a path names, where that is no webhook. */
const idsBehind: readonly (readonly [path: string, idOf: (own: Possessions) => string])[] = [
  ["/v1/api-keys", ({ otherKeyId }) => otherKeyId],
  ["/v1/portal-links", ({ portalLinkId }) => portalLinkId],
];

/** What a customer sends an operation with: some are for portal sessions only. */
export const credentialFor = (operation: OperationKey, own: Possessions): Credential =>
  grantOf(operation) === "session" ? own.session : own.key;

/** A request of an operation. Where its path has parameters, they are the customer's own things. */
export const requestOf = (operation: OperationKey, { own }: Pick<World, "own">, part: Part = {}): WireRequest => {
  const [method = "", pattern = ""] = operation.split(" ");
  const { parameters = {}, ...rest } = part;
  const values: Readonly<Record<string, string>> = {
    id: idsBehind.find(([path]) => pattern.startsWith(path))?.[1](own) ?? own.webhookId,
    batch_id: own.batchId,
    replay_id: own.replayId,
    search_id: own.searchId,
    test_id: own.testId,
    ...parameters,
  };
  return { method, path: pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""), ...rest };
};

/** A body that creates a webhook. */
export const newWebhook = ({ system }: Pick<World, "system">, fields: object = {}) => ({
  name: "contract",
  target: system.newTarget(),
  events: ["delivery", "bounce"],
  ...fields,
});

export const event = { msys: { message_event: { type: "delivery", event_id: "1", timestamp: "1767323045" } } };

/** The time range of a replay. */
export const lastMinute = () => {
  const now = Date.now();
  return { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() };
};

/** What opens a customer's portal link. */
export const opening = ({ portalLinkId, portalToken }: Possessions): Part => ({
  body: { token: portalToken },
  headers: { "X-Tidepost-Portal": portalLinkId },
});

/** A valid request of every operation; only what it needs besides its path. */
export const validParts: Readonly<Record<OperationKey, (world: World) => Part>> = {
  "GET /v1/webhooks": () => ({ query: { timezone: "Europe/Amsterdam" } }),
  "POST /v1/webhooks": (world) => ({ body: newWebhook(world), headers: { "Idempotency-Key": crypto.randomUUID() } }),
  "GET /v1/webhooks/{id}": () => ({}),
  "PUT /v1/webhooks/{id}": () => ({ body: { name: "renamed" } }),
  "DELETE /v1/webhooks/{id}": () => ({}),
  "POST /v1/webhooks/{id}/validate": () => ({ body: { message: [event] } }),
  "POST /v1/webhooks/{id}/rotate-secret": () => ({ body: { overlap_hours: 1 } }),
  "POST /v1/webhooks/probe": ({ system }) => ({ body: { target: system.newTarget(), auth_token: "a-long-secret" } }),
  "POST /v1/webhooks/filter-test": () => ({
    body: { filter: { field: "type", eq: "bounce" }, fields: { include: ["rcpt_meta"] }, mask: ["rcpt_to"] },
  }),
  "POST /v1/webhooks/filter-test/stream": () => ({
    body: { events: ["bounce"], filter: { field: "rcpt_to", suffix: ".com" }, mask: ["rcpt_to"], dry_run: true },
  }),
  "GET /v1/webhooks/filter-test/stream/{test_id}": () => ({}),
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel": () => ({}),
  "POST /v1/webhooks/import": ({ system }) => ({
    body: [
      { events: ["open"], target: system.newTarget(), auth_token: "a-long-secret", custom_headers: { "X-Team": "m" } },
      { name: "contract", events: ["bounce"], target: system.newTarget(), custom_headers: { "X-Team": "mail" } },
    ],
    query: { plan: "true", prune: "true" },
  }),
  "GET /v1/webhooks/summary": () => ({
    query: { limit: "1", state: "ok,failed,parked,paused,pending", sort: "-name" },
  }),
  "GET /v1/webhooks/overview": () => ({}),
  "GET /v1/webhooks/subaccounts": () => ({ query: { limit: "5", offset: "0", search: "" } }),
  "GET /v1/webhooks/{id}/changes": () => ({ query: { limit: "1" } }),
  "GET /v1/webhooks/{id}/summary": () => ({}),
  "GET /v1/webhooks/{id}/metrics": () => ({ query: { from: new Date(Date.now() - 7_200_000).toISOString() } }),
  "GET /v1/webhooks/{id}/batch-status": () => ({ query: { limit: "10" } }),
  "GET /v1/webhooks/{id}/batches": () => ({ query: { limit: "1", state: "delivered,retrying" } }),
  "GET /v1/webhooks/{id}/batches/{batch_id}": () => ({}),
  "GET /v1/batches/{batch_id}": () => ({}),
  "GET /v1/webhooks/{id}/batches/{batch_id}/body": ({ own }) => ({ parameters: { batch_id: own.waitingBatchId } }),
  "POST /v1/webhooks/{id}/batches/{batch_id}/redeliver": ({ own }) => ({
    parameters: { batch_id: own.waitingBatchId },
  }),
  "POST /v1/webhooks/{id}/batches/{batch_id}/send": ({ system, own }) => ({
    parameters: { batch_id: own.waitingBatchId },
    body: { target: system.newTarget() },
  }),
  "POST /v1/webhooks/{id}/replay": () => ({ body: { ...lastMinute(), rate: 10, dry_run: true } }),
  "GET /v1/webhooks/{id}/replays": () => ({}),
  "GET /v1/webhooks/{id}/replays/{replay_id}": () => ({}),
  "POST /v1/webhooks/{id}/replays/{replay_id}/cancel": () => ({}),
  "GET /v1/webhooks/events/documentation": () => ({}),
  "GET /v1/webhooks/events/samples": () => ({ query: { events: "bounce,click" } }),
  "GET /v1/ingest/events/documentation": () => ({}),
  "GET /v1/ingest/events/samples": () => ({}),
  "GET /v1/events/stream": ({ own }) => ({ query: { events: "bounce,click", webhook_id: own.webhookId, wait: "2" } }),
  "POST /v1/events/search": () => ({ body: { recipient: "ann@example.com", types: ["bounce"], dry_run: true } }),
  "GET /v1/events/search/{search_id}": () => ({}),
  "POST /v1/events/search/{search_id}/cancel": () => ({}),
  "GET /v1/openapi.json": () => ({}),
  "GET /v1/whoami": () => ({}),
  "GET /v1/api-keys": () => ({}),
  "POST /v1/api-keys": () => ({ body: { label: "contract", grants: ["ingest/write"] } }),
  "GET /v1/api-keys/{id}": () => ({}),
  "PUT /v1/api-keys/{id}": () => ({ body: { label: "renamed" } }),
  "DELETE /v1/api-keys/{id}": () => ({}),
  "GET /v1/portal-links": () => ({ query: { limit: "1" } }),
  "POST /v1/portal-links": () => ({
    body: {
      label: "Ann",
      grants: ["webhooks/view"],
      subaccount_id: 7,
      open_within_seconds: 60,
      session_seconds: 3_600,
    },
  }),
  "DELETE /v1/portal-links/{id}": () => ({}),
  "POST /v1/portal/session": ({ own }) => opening(own),
  "GET /v1/portal/session": () => ({}),
  "DELETE /v1/portal/session": () => ({}),
  "POST /v1/ingest/events": () => ({ body: `${JSON.stringify(event)}\nnonsense` }),
  "POST /v1/ingest/ses": () => ({ body: [send(), { eventType: "Teleported" }] }),
};
