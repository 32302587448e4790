import { afterAll, beforeAll, expect, it } from "vitest";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { noTurns, type TurnStore } from "#shared/delivery/turns.ts";
import { inTurn } from "../../../lambdas/deliver/turn.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { deliveryMessage, webhook } from "../../support/builders.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** A message that asks for its turn at a webhook whose target has not answered yet; another may have the one turn. */
const ask = async (
  changed: (turns: TurnStore) => TurnStore["change"],
  {
    isHeld,
    waitingSince,
    isOver = false,
  }: { readonly isHeld?: boolean; readonly waitingSince?: number; readonly isOver?: boolean } = {},
) => {
  const webhooks = webhooksTable(aws.tables.webhooks);
  const turns = turnsTable(aws.tables.webhooks);
  const { webhookId, customerId } = webhook({ webhookId: crypto.randomUUID() });
  await webhooks.create(webhook({ webhookId, customerId }));
  if (isHeld === true) {
    const held = { [crypto.randomUUID()]: 2_000_000 };
    await turns.change({ customerId, webhookId, turns: { ...noTurns, held }, expectedRevision: 0 });
  }
  const done: string[] = [];
  const waits: object[] = [];
  const deps = {
    turns: { ...turns, change: changed(turns) },
    health: webhooks,
    clock: { scale: 1 },
    jitter: () => 0.5,
    now: () => 1_000_000,
    retries: {
      send: async () => {
        done.push("waits");
        await Promise.resolve();
      },
    },
    telemetry: {
      recordNotWritten: () => undefined,
      turnAwaited: (told: { readonly waitedMs: number; readonly isOver: boolean }) =>
        void waits.push({ waitedMs: told.waitedMs, isOver: told.isOver }),
    },
  };
  const message = deliveryMessage({
    webhookId,
    customerId,
    ...(waitingSince === undefined ? {} : { waitingSince }),
  });
  const asked = inTurn(deps, message, { mayHoldLane: false, isOver }, async () => {
    done.push("works");
    await Promise.resolve();
  });
  const outcome = await asked.then(
    () => "answered",
    () => "failed",
  );
  return { done, outcome, waits, held: (await webhooks.readHealth(customerId, webhookId))?.turns.held };
};

it("a turn that was taken, and whose repeat was refused as the answer was lost, is used and given back", async () => {
  const found = await ask((turns) => async (change) => {
    await turns.change(change);
    return false;
  });
  expect(found).toEqual({ done: ["works"], outcome: "answered", waits: [], held: {} });
});

it("a turn that was taken though the change seemed to fail is given back", async () => {
  const found = await ask((turns) => async (change) => {
    await turns.change(change);
    throw new Error("no answer");
  });
  expect(found).toEqual({ done: [], outcome: "failed", waits: [], held: {} });
});

it.each([
  {
    name: "finds no turn",
    isHeld: true,
    waitingSince: 910_000,
    done: ["waits"],
    waits: [{ waitedMs: 90_000, isOver: false }],
  },
  { name: "finds none at its first look", isHeld: true, done: ["waits"], waits: [{ waitedMs: 0, isOver: false }] },
  {
    name: "gets its turn",
    isHeld: false,
    waitingSince: 910_000,
    done: ["works"],
    waits: [{ waitedMs: 90_000, isOver: true }],
  },
  { name: "had none to wait for", isHeld: false, done: ["works"], waits: [] },
])("how long a message has waited is told when it $name", async ({ isHeld, waitingSince, done, waits }) => {
  const state = waitingSince === undefined ? { isHeld } : { isHeld, waitingSince };
  expect(await ask(({ change }) => change, state)).toMatchObject({ done, waits });
});

it("no turn is told of that a message did not need any more", async () => {
  const found = await ask(({ change }) => change, { isHeld: true, waitingSince: 910_000, isOver: true });
  expect(found).toMatchObject({ done: ["works"], waits: [] });
});
