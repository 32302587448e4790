import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { testBatchId } from "#shared/delivery/headers.ts";
import { type Receiver, type RecordedRequest, startReceiver } from "../support/receiver.ts";
import { startTidepost, type TidepostProcess } from "../support/tidepost.ts";

const names = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? `healthy-${n}` : `hanging-${n}`));
const isHanging = (name: string): boolean => name.startsWith("hanging");
/** Batches of a webhook while its breaker is open. */
const rounds = 10;
/** More than these rounds take. */
const probesAtMost = 2;

let tidepost: TidepostProcess;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  tidepost = await startTidepost(["--window", "1", "--retry-scale", "1"]);
});
afterAll(async () => {
  await tidepost.kill();
  await receiver.close();
});

const postsTo = (name: string): readonly RecordedRequest[] =>
  receiver.requests.filter(
    ({ path, headers }) => path === `/${name}` && headers["x-messagesystems-batch-id"] !== testBatchId,
  );
const numbersAt = (name: string): readonly number[] =>
  postsTo(name)
    .flatMap(
      ({ body }) => JSON.parse(body.toString()) as { readonly msys: { readonly message_event: { n: number } } }[],
    )
    .map(({ msys }) => msys.message_event.n);

let sent = 0;
const ingestOne = async (): Promise<void> => {
  await tidepost.ingest([JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1", n: sent } } })]);
  sent += 1;
  // Each event is to be a batch of its own.
  await delay(1_200);
};

it("hanging targets cost the others nothing, and get no more POSTs than probes once their breakers are open", async () => {
  for (const name of names) {
    const body = { name, target: `${receiver.url}/${name}`, events: ["delivery"] };
    expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
  }
  receiver.respond(/^\/hanging-/, { kind: "hang" });
  const states = async (): Promise<readonly string[]> => {
    const { json } = await tidepost.call("GET", "/webhooks/summary");
    const rows: readonly { readonly name: string; readonly state: string }[] = json.results;
    return rows.filter(({ name }) => isHanging(name)).map(({ state }) => state);
  };
  /** A webhook whose breaker is not closed shows as parked. */
  const areOpen = async (): Promise<boolean> => (await states()).every((state) => state === "parked");
  for (let round = 0; round < 30 && !(await areOpen()); round += 1) await ingestOne();
  expect(await areOpen(), String(await states())).toBe(true);
  const hanging = names.filter(isHanging);
  const pending = () => hanging.flatMap(postsTo).filter(({ state }) => state !== "aborted");
  await vi.waitUntil(() => pending().length === 0, { timeout: 240_000 });

  const before = new Map(hanging.map((name) => [name, postsTo(name).length]));
  for (let round = 0; round < rounds; round += 1) await ingestOne();
  const all = Array.from({ length: sent }, (_, n) => n);
  for (const name of names.filter((other) => !isHanging(other))) {
    await vi.waitUntil(() => numbersAt(name).length >= sent, { timeout: 240_000 });
    expect(numbersAt(name).toSorted((a, b) => a - b)).toEqual(all);
  }
  for (const name of hanging) {
    expect(postsTo(name).length - (before.get(name) ?? 0), name).toBeLessThanOrEqual(probesAtMost);
  }
});
