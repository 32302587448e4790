import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import { closedBreaker } from "#shared/delivery/breaker.ts";
import { inlineBody } from "#shared/delivery/inline-body.ts";
import { noTurns } from "#shared/delivery/turns.ts";
import type { MessageDeps } from "#shared/runtime/on-each-message.ts";
import type { ChainDeps } from "../../lambdas/deliver/rest.ts";
import { quietTelemetry } from "./measure-events.ts";

/** Ports of the `deliver` handler that know one target and one stored body, and remember nothing. */
export const deliverDeps = (target: string, stored: EncodedBody): ChainDeps & MessageDeps => ({
  chains: {
    claim: async ({ next }) => ({ kind: "claimed", next, restFrom: undefined }),
    passOn: async () => undefined,
    noteRest: async () => undefined,
    end: async () => undefined,
  },
  batchLog: {
    find: async () => undefined,
    claim: async ({ now }) => ({ kind: "claimed", firstAttemptAt: now, isFirst: true }),
    recordParked: async () => undefined,
    recordDelivered: async () => undefined,
    claimAgain: async () => ({ kind: "claimed" }),
    countSentElsewhere: async () => true,
    recordAgain: async () => undefined,
    recordFailed: async () => undefined,
    recordSplit: async () => undefined,
    recordExpired: async () => undefined,
    recordRestParked: async () => undefined,
    recordRestExpired: async () => true,
    recordRestCut: async () => undefined,
    removeRest: async () => undefined,
    notePartDelivered: async () => undefined,
    hasPartDelivered: async () => false,
  },
  bodies: {
    place: async ({ batchId }) => ({ kind: "stored", key: batchId }),
    keep: async ({ body }) => body,
    load: async (place) => (place.kind === "inline" ? inlineBody(place) : stored),
    remove: async () => undefined,
  },
  keptBodies: { put: async () => undefined },
  maxKeepBodiesDays: 0,
  quarantine: { put: async () => undefined },
  settings: { find: async () => ({ target, authToken: "", auth: { type: "none" }, customHeaders: {} }) },
  health: {
    readHealth: async () => ({
      active: true,
      settingsRevision: 1,
      breaker: closedBreaker,
      breakerRevision: 0,
      answerMs: 5,
      turns: noTurns,
      turnsRevision: 0,
      name: "bench",
      createdAt: new Date(0).toISOString(),
      told: {},
      toldRevision: 0,
    }),
    changeBreaker: async () => true,
    noteAttempt: async () => undefined,
  },
  told: { hasSubscriber: async () => false, change: async () => true },
  stream: { putAll: async () => ({ records: [] }) },
  turns: { change: async () => true, leave: async () => undefined, noteSlow: async () => undefined },
  deliveryHours: { count: async () => undefined },
  retries: {
    send: async () => {
      throw new Error("A batch was not delivered.");
    },
  },
  returned: { hide: async () => undefined },
  targets: outboundClient({ allowedRanges: ["127.0.0.0/8"] }),
  tokens: { get: async () => undefined, discard: () => undefined },
  clock: { scale: 1 },
  recordRetentionDays: 14,
  now: Date.now,
  jitter: Math.random,
  telemetry: quietTelemetry("deliver"),
});
