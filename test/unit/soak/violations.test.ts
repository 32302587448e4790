import { expect, test } from "vitest";
import { createLedger, type Ledger, type SoakPost } from "../../soak/ledger.ts";
import { soakWebhooks } from "../../soak/population.ts";
import { findViolations, type Remains } from "../../soak/violations.ts";

const batchId = "5d3b0d1e-6a0c-4c7e-8d57-2f6a5e0d7c11";
const calm: Remains = {
  states: new Map([[batchId, "delivered"]]),
  bodies: [],
  quarantine: [],
  undeletable: new Set(),
  trapped: 0,
  delayed: [],
  isRecut: false,
};

const post = (ledger: Ledger, fields: Partial<SoakPost> = {}): SoakPost => {
  const made = { order: ledger.nextOrder(), webhook: "small-1", body: "a", numbers: [0], ...fields };
  const batch = ledger.batchOf(batchId);
  batch.bodies.add(made.body);
  batch.targets.add(made.webhook);
  batch.posts.push(made);
  return made;
};

const claim = (ledger: Ledger, now = 1): void => {
  ledger.batchOf(batchId).claims.push({ order: ledger.nextOrder(), worker: "7/3", now, expiresAt: 2 });
};

const kill = (ledger: Ledger, worker: string): void => {
  ledger.kills.push({ order: ledger.nextOrder(), worker });
};

/** One click of customer 1, accepted, handed over in one batch and claimed by one environment. */
const handedOver = (): Ledger => {
  const ledger = createLedger(soakWebhooks({ sockets: false }));
  for (const { name } of ledger.webhooks) ledger.webhookIds.set(name, `id of ${name}`);
  const n = ledger.newEvent({ customerId: "1", type: "click" });
  ledger.accept([n]);
  const batch = ledger.batchOf(batchId);
  batch.isHandedOver = true;
  batch.webhookIds.add("id of small-1");
  batch.numbers = [n];
  // What the webhook of all events gets is not under test here.
  ledger.outstanding.get("all-1")?.clear();
  claim(ledger);
  return ledger;
};

const record = (ledger: Ledger): void => {
  ledger.batchOf(batchId).recordedAt = ledger.nextOrder();
};

const delivered = (): Ledger => {
  const ledger = handedOver();
  ledger.taken(post(ledger));
  record(ledger);
  return ledger;
};

test("a batch that was delivered once breaks no promise", () => {
  expect(findViolations(delivered(), calm)).toEqual([]);
});

test("an accepted event that never arrived is lost, unless its batch is on record as expired", () => {
  const ledger = handedOver();
  post(ledger);
  record(ledger);
  expect(findViolations(ledger, { ...calm, states: new Map() })).toEqual(["1: lost at small-1: 0"]);
  expect(findViolations(ledger, { ...calm, states: new Map([[batchId, "expired"]]) })).toEqual([]);
});

test("a batch that expired at another webhook does not end an event", () => {
  const ledger = handedOver();
  post(ledger);
  record(ledger);
  ledger.batchOf(batchId).webhookIds.clear();
  ledger.batchOf(batchId).webhookIds.add("id of all-1");
  const remains = { ...calm, states: new Map([[batchId, "expired"]]) };
  expect(findViolations(ledger, remains)).toEqual(["1: lost at small-1: 0"]);
});

test("what could not be decoded must be in quarantine", () => {
  const ledger = delivered();
  ledger.garbage.add("Z2FyYmFnZQ==");
  expect(findViolations(ledger, calm)).toEqual(["1: not in quarantine: Z2FyYmFnZQ=="]);
  expect(findViolations(ledger, { ...calm, quarantine: ['{"data":"Z2FyYmFnZQ=="}'] })).toEqual([]);
});

test("a batch id with two bodies is named, and one with two targets", () => {
  const two = delivered();
  two.batchOf(batchId).bodies.add("b");
  expect(findViolations(two, calm)).toEqual([`2: more than one body or webhook: ${batchId}`]);
  const other = delivered();
  other.batchOf(batchId).targets.add("all-1");
  expect(findViolations(other, calm)).toEqual([`2: more than one body or webhook: ${batchId}`]);
});

test("a batch with more events than its webhook takes is named", () => {
  const ledger = handedOver();
  const more = Array.from({ length: 7 }, () => ledger.newEvent({ customerId: "1", type: "click" }));
  ledger.taken(post(ledger, { numbers: [0, ...more] }));
  record(ledger);
  expect(findViolations(ledger, calm)).toEqual([`3: too many events in ${batchId}`]);
});

test("a POST after the record of a delivery is a breach, whatever was killed", () => {
  const ledger = delivered();
  kill(ledger, "7/*");
  ledger.taken(post(ledger));
  expect(findViolations(ledger, calm)).toEqual([`4: sent after its delivery was recorded: ${batchId}`]);
});

test("a POST after an unrecorded 2xx needs the death of the environment, or a fault of the record", () => {
  const again = (between: (ledger: Ledger) => void): readonly string[] => {
    const ledger = handedOver();
    ledger.taken(post(ledger));
    between(ledger);
    ledger.taken(post(ledger));
    record(ledger);
    return findViolations(ledger, calm);
  };
  const breach = [`4: sent again after 2xx without a fault in between: ${batchId}`];
  expect(again(() => undefined)).toEqual(breach);
  expect(again((ledger) => kill(ledger, "7/4"))).toEqual(breach);
  expect(again((ledger) => kill(ledger, "7/3"))).toEqual([]);
  expect(again((ledger) => kill(ledger, "7/*"))).toEqual([]);
  expect(again((ledger) => ledger.batchOf(batchId).tampered.push(ledger.nextOrder()))).toEqual([]);
});

test("an attempt whose claim began at its cutoff is a breach", () => {
  const ledger = handedOver();
  claim(ledger, 2);
  ledger.taken(post(ledger));
  record(ledger);
  expect(findViolations(ledger, calm)).toEqual([`5: claimed after its cutoff and POSTed: ${batchId}`]);
});

test("a body that outlives its batch is a breach, unless its deletion was made to fail", () => {
  const key = `batches/webhook/${batchId}.json.zst`;
  expect(findViolations(delivered(), { ...calm, bodies: [key] })).toEqual([`5: body left of ${key}`]);
  expect(findViolations(delivered(), { ...calm, bodies: [key], undeletable: new Set([key]) })).toEqual([]);
});

test("webhooks that waited for hanging targets are named", () => {
  expect(findViolations(delivered(), { ...calm, delayed: ["all-1"] })).toEqual([
    "6: held up by hanging targets: all-1",
  ]);
});

test.each([
  ["another customer's event", { customerId: "2", type: "click" }],
  ["an event of a type that the webhook does not take", { customerId: "1", type: "open" }],
] as const)("%s in a batch is a breach", (_, event) => {
  const ledger = handedOver();
  const n = ledger.newEvent(event);
  ledger.taken(post(ledger, { numbers: [0, n] }));
  record(ledger);
  expect(findViolations(ledger, calm)).toEqual([`7: strangers' or unwanted events in ${batchId}`]);
});

test("a connection to a forbidden address is a breach", () => {
  expect(findViolations(delivered(), { ...calm, trapped: 1 })).toEqual(["8: 1 connections to a forbidden address"]);
});

test("a checker that has seen nothing says so", () => {
  const ledger = createLedger(soakWebhooks({ sockets: false }));
  expect(findViolations(ledger, calm)).toEqual(["checker: no POST arrived"]);
  post(ledger);
  expect(findViolations(ledger, calm)).toEqual(
    expect.arrayContaining(["checker: no claim was seen", "checker: no record of a delivery was seen"]),
  );
});
