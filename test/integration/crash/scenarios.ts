import { maxChainMs, retryWindowMs } from "#shared/contract/limits.ts";
import type { BatchState } from "#shared/contract/words.ts";
import { type DeliverWorld, type WorldOptions, worldStart } from "../../support/deliver-world.ts";
import { answer } from "../../support/receiver-behaviour.ts";

/** What batches may live through. */
export interface Scenario {
  readonly name: string;
  readonly options: Pick<
    WorldOptions,
    "behaviour" | "auth" | "fields" | "postMs" | "lateMs" | "answerMs" | "openMsAfterKill"
  >;
  readonly begin: (world: DeliverWorld) => Promise<unknown>;
  /** How the batches end, whatever happens to the function. */
  readonly ends: readonly BatchState[];
  /** How they end, too, when it happens at a time that makes them late. */
  readonly endsLate?: readonly BatchState[];
  /** Calls that are part of it. */
  readonly calls: readonly string[];
}

/** A batch whose retry window ends in so many milliseconds. */
const endingIn = (ms: number) => ({ firstAttemptAt: worldStart + ms - retryWindowMs });

/** Seven events in frames of five, in batches of three: the second batch begins in one frame and ends in another. */
const chain = { events: 7, batchSize: 3 } as const;

/** A target that takes turns. */
const slow = { postMs: 2_000, answerMs: 2_000 } as const;

/** A webhook that keeps the bodies of delivered batches. */
const keeping = { fields: { keepBodiesDays: 3 } } as const;

const delivering = ["dynamodb.UpdateCommand", "s3.load", "target.post", "s3.remove"];

export const scenarios: readonly Scenario[] = [
  {
    name: "delivered at once",
    options: { behaviour: answer(200) },
    begin: async (world) => await world.send(),
    ends: ["delivered"],
    calls: delivering,
  },
  {
    name: "three in one invocation",
    options: { behaviour: answer(200) },
    begin: async (world) => {
      for (const first of [0, 10, 20]) await world.send({ first, events: 3 });
    },
    ends: ["delivered", "delivered", "delivered"],
    calls: delivering,
  },
  {
    name: "failed, then delivered",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => await world.send(),
    ends: ["delivered"],
    calls: [...delivering, "sqs.send"],
  },
  {
    name: "inside messages, failed, then delivered",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => await world.send({ isInline: true }),
    ends: ["delivered"],
    calls: ["s3.keep", "s3.remove", "sqs.send"],
  },
  {
    name: "failing until the cutoff",
    options: { behaviour: answer(500) },
    begin: async (world) => await world.send({}, endingIn(200_000)),
    ends: ["expired"],
    calls: [...delivering, "sqs.send"],
  },
  {
    name: "too large, so split",
    options: { behaviour: { kind: "refuseOver", bytes: 150_000 } },
    begin: async (world) => await world.send({ events: 2, eventBytes: 100_000 }),
    ends: ["delivered", "delivered", "split"],
    calls: [...delivering, "s3.place", "sqs.send"],
  },
  {
    name: "parked, then probing",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => {
      await world.openBreaker(30_000);
      for (const first of [0, 10]) await world.send({ first });
    },
    ends: ["delivered", "delivered"],
    calls: [...delivering, "sqs.send"],
  },
  {
    name: "inside messages, parked, then probing",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => {
      await world.openBreaker(30_000);
      for (const first of [0, 10]) await world.send({ first, isInline: true });
    },
    ends: ["delivered", "delivered"],
    calls: ["s3.keep", "s3.remove", "sqs.send"],
  },
  {
    name: "parked until the cutoff",
    options: { behaviour: answer(200) },
    begin: async (world) => {
      await world.openBreaker(600_000);
      await world.send({}, endingIn(90_000));
    },
    ends: ["expired"],
    calls: ["dynamodb.UpdateCommand", "sqs.send", "s3.remove"],
  },
  {
    name: "behind OAuth 2",
    options: {
      behaviour: answer(200),
      auth: ({ url }) => ({
        type: "oauth2",
        url: `${url}/token`,
        body: { client_id: "me", client_secret: "secret" },
        contentType: "application/json",
        headers: {},
      }),
    },
    begin: async (world) => await world.send(),
    ends: ["delivered"],
    calls: delivering,
  },
  {
    name: "of a chain",
    options: { behaviour: answer(200) },
    begin: async (world) => await world.sendChain(chain),
    ends: ["delivered", "delivered", "delivered"],
    calls: delivering,
  },
  {
    name: "of a chain that is passed on",
    options: { behaviour: answer(200), postMs: 7_000 },
    begin: async (world) => await world.sendChain({ ...chain, isInline: true }),
    ends: ["delivered", "delivered", "delivered"],
    calls: ["dynamodb.UpdateCommand", "target.post", "sqs.send"],
  },
  {
    name: "of a chain, one failing",
    options: { behaviour: { kind: "sequence", steps: [answer(200), answer(500), answer(200)] }, postMs: 4_000 },
    begin: async (world) => await world.sendChain(chain),
    ends: ["delivered", "delivered", "delivered"],
    calls: [...delivering, "s3.keep", "sqs.send"],
  },
  {
    name: "of a chain that is parked, then probing",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => {
      await world.openBreaker(30_000);
      await world.sendChain({ ...chain, isInline: true });
    },
    ends: ["delivered", "delivered", "delivered"],
    calls: [...delivering, "s3.keep", "sqs.send", "dynamodb.DeleteCommand"],
  },
  {
    name: "of a chain that is parked until the cutoff",
    // Messages come 75 minutes late, so that it waits three times instead of sixteen.
    options: { behaviour: answer(200), lateMs: 75 * 60_000 },
    begin: async (world) => {
      await world.openBreaker(20 * 60 * 60 * 1_000);
      await world.sendChain(chain);
    },
    ends: ["expired"],
    calls: ["dynamodb.UpdateCommand", "s3.keep", "sqs.send", "s3.remove"],
  },
  {
    name: "of a chain whose day is over",
    options: { behaviour: answer(200), postMs: 4_000 },
    begin: async (world) =>
      await world.sendChain({ ...chain, closedAt: new Date(worldStart + 3_000 - maxChainMs).toISOString() }),
    ends: ["delivered", "expired"],
    endsLate: ["expired"],
    calls: delivering,
  },
  {
    name: "of a chain whose webhook is deleted",
    options: { behaviour: answer(200) },
    begin: async (world) => {
      await world.sendChain(chain);
      await world.webhooks.remove(world.customerId, world.webhookId);
    },
    ends: ["expired"],
    calls: ["dynamodb.UpdateCommand", "s3.load", "s3.remove"],
  },
  {
    name: "inside messages, failed, then delivered and kept",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] }, ...keeping },
    begin: async (world) => await world.send({ isInline: true }),
    ends: ["delivered"],
    calls: ["s3.keep", "s3.put", "s3.remove", "sqs.send"],
  },
  {
    name: "of two chains and a batch that take turns at a slow target",
    options: { behaviour: { kind: "sequence", steps: [answer(200), answer(500), answer(200)] }, ...slow },
    begin: async (world) => {
      await world.send({ first: 100 });
      await world.sendChain({ ...chain, events: 5 });
      await world.sendChain({ ...chain, events: 5, first: 10, sequenceNumber: 200 });
    },
    ends: ["delivered", "delivered", "delivered", "delivered", "delivered"],
    calls: [...delivering, "s3.keep", "sqs.send"],
  },
  {
    name: "parked, then probing at a slow target",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] }, ...slow },
    begin: async (world) => {
      await world.openBreaker(30_000);
      for (const first of [0, 10]) await world.send({ first });
    },
    ends: ["delivered", "delivered"],
    calls: [...delivering, "sqs.send"],
  },
  {
    name: "of a chain, each kept",
    options: { behaviour: answer(200), ...keeping },
    begin: async (world) => await world.sendChain(chain),
    ends: ["delivered", "delivered", "delivered"],
    calls: [...delivering, "s3.put"],
  },
  {
    name: "of a chain, kept, parked after a kill",
    options: { behaviour: answer(200), ...keeping, openMsAfterKill: 10 * 60_000 },
    begin: async (world) => await world.sendChain(chain),
    ends: ["delivered", "delivered", "delivered"],
    calls: [...delivering, "s3.put"],
  },
];

/** Answer of a token endpoint. */
export const tokenAnswer = answer(200, {}, JSON.stringify({ access_token: "token", expires_in: 3_600 }));
