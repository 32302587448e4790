import { retryWindowMs } from "#shared/contract/limits.ts";
import type { BatchState } from "#shared/contract/words.ts";
import { type DeliverWorld, type WorldOptions, worldStart } from "../../support/deliver-world.ts";
import { answer } from "../../support/receiver-behaviour.ts";

/** What batches may live through. */
export interface Scenario {
  readonly name: string;
  readonly options: Pick<WorldOptions, "behaviour" | "auth">;
  readonly begin: (world: DeliverWorld) => Promise<unknown>;
  /** How the batches end, whatever happens to the function. */
  readonly ends: readonly BatchState[];
  /** Calls that are part of it. */
  readonly calls: readonly string[];
}

const openBreaker = async (world: DeliverWorld, ms: number): Promise<void> => {
  const until = worldStart + ms;
  await world.setBreaker({ kind: "open", openedAt: worldStart, reason: "http_5xx", failedProbes: 0, until });
};

/** A batch whose retry window ends in so many milliseconds. */
const endingIn = (ms: number) => ({ firstAttemptAt: worldStart + ms - retryWindowMs });

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
      await openBreaker(world, 30_000);
      for (const first of [0, 10]) await world.send({ first });
    },
    ends: ["delivered", "delivered"],
    calls: [...delivering, "sqs.send"],
  },
  {
    name: "inside messages, parked, then probing",
    options: { behaviour: { kind: "sequence", steps: [answer(500), answer(200)] } },
    begin: async (world) => {
      await openBreaker(world, 30_000);
      for (const first of [0, 10]) await world.send({ first, isInline: true });
    },
    ends: ["delivered", "delivered"],
    calls: ["s3.keep", "s3.remove", "sqs.send"],
  },
  {
    name: "parked until the cutoff",
    options: { behaviour: answer(200) },
    begin: async (world) => {
      await openBreaker(world, 600_000);
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
];

/** Answer of a token endpoint. */
export const tokenAnswer = answer(200, {}, JSON.stringify({ access_token: "token", expires_in: 3_600 }));
