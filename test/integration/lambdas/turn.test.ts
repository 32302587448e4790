import { afterAll, beforeAll, expect, it } from "vitest";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import type { TurnStore } from "#shared/delivery/turns.ts";
import { inTurn } from "../../../lambdas/deliver/turn.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { deliveryMessage, webhook } from "../../support/builders.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** A message that asks for its turn at a webhook whose target has not answered yet. */
const ask = async (changed: (turns: TurnStore) => TurnStore["change"]) => {
  const webhooks = webhooksTable(aws.tables.webhooks);
  const turns = turnsTable(aws.tables.webhooks);
  const { webhookId, customerId } = webhook({ webhookId: crypto.randomUUID() });
  await webhooks.create(webhook({ webhookId, customerId }));
  const done: string[] = [];
  const deps = {
    turns: { ...turns, change: changed(turns) },
    health: webhooks,
    clock: { scale: 1 },
    now: () => 1_000_000,
    retries: {
      send: async () => {
        done.push("waits");
        await Promise.resolve();
      },
    },
    telemetry: { recordNotWritten: () => undefined },
  };
  const message = deliveryMessage({ webhookId, customerId });
  const asked = inTurn(deps, message, { look: undefined, isOver: false }, async () => {
    done.push("works");
    await Promise.resolve();
  });
  const outcome = await asked.then(
    () => "answered",
    () => "failed",
  );
  return { done, outcome, held: (await webhooks.readHealth(customerId, webhookId))?.turns.held };
};

it("a turn that was taken, and whose repeat was refused as the answer was lost, is used and given back", async () => {
  const found = await ask((turns) => async (change) => {
    await turns.change(change);
    return false;
  });
  expect(found).toEqual({ done: ["works"], outcome: "answered", held: {} });
});

it("a turn that was taken though the change seemed to fail is given back", async () => {
  const found = await ask((turns) => async (change) => {
    await turns.change(change);
    throw new Error("no answer");
  });
  expect(found).toEqual({ done: [], outcome: "failed", held: {} });
});
