import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { callerAnswer } from "#shared/contract/api/api-key.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import { webhook } from "../../test/support/builders.ts";
import { hostileTexts } from "../../test/support/hostile-values.ts";
import type { OpenTidepost } from "../../test/support/open-tidepost.ts";

/** Every tenth webhook had traffic in the last 24 hours. */
const busyEvery = 10;
/** Of every 500 webhooks one fails with batches that wait, one has lost a batch, one is parked and one is paused. */
const troubleEvery = 500;
const waitingBatches = 3;
const hourMs = 3_600_000;
/** Writes at a time. */
const concurrency = 20;
const maxNameCharacters = 200;

/** Names that are hard to show; the webhooks that fail have them. */
const hardNames: readonly string[] = [
  ...["bidi override", "right to left", "combining marks", "joined emoji", "script", "over-long"].map(
    (name) => hostileTexts[name] ?? "",
  ),
  `A name of two hundred characters ${"that goes on and on ".repeat(9)}`,
].map((name) => name.slice(0, maxNameCharacters));

/**
 * Puts webhooks of one customer into a system's tables, as API and delivery put them there.
 *
 * @returns how to create one more, so that the API reads all of them again
 */
export const fillFleet = async (system: OpenTidepost, webhooks: number): Promise<() => Promise<void>> => {
  const { text: whoAmI } = await system.call("GET", "/v1/whoami");
  const { customer_id: customerId } = callerAnswer.parse(JSON.parse(whoAmI)).results;
  const tableOf = (logicalId: string) => {
    const [, tableName = ""] = Object.entries(system.created.tables).find(([id]) => id.includes(logicalId)) ?? [];
    return { client: documentClient(system.clients.dynamodb), tableName };
  };
  const table = webhooksTable(tableOf("Webhooks"));
  const hours = deliveryHoursTable(tableOf("Batches"));
  const batches = batchesTable(tableOf("Batches"));
  const now = Date.now();
  const iso = (agoMs: number): string => new Date(now - agoMs).toISOString();

  /** Batches that failed once and wait, the first of them for more than half of its time. */
  const addWaiting = async (webhookId: string): Promise<void> => {
    for (let number = 1; number <= waitingBatches; number += 1) {
      const at = now - number * hourMs;
      const createdAt = new Date(at).toISOString();
      const ref = { webhookId, batchId: crypto.randomUUID(), createdAt };
      const times = { now: at, firstAttemptAt: at, cutoff: at + 4 * hourMs, ttl: Math.floor(now / 1_000) + 86_400 };
      const size = { events: 1_234 * number, bytes: 123_400 };
      await batches.claim({
        ...ref,
        customerId,
        settingsRevision: 1,
        ...size,
        attempt: 1,
        ...times,
        until: at + 35_000,
      });
      const attempt = { attempt: 1, at: createdAt, durationMs: 90, status: 503, reason: "http_5xx" } as const;
      await batches.recordFailed(ref, attempt, now + hourMs);
    }
  };
  const parked: Breaker = {
    kind: "open",
    openedAt: now - hourMs,
    reason: "http_5xx",
    failedProbes: 3,
    until: now + hourMs,
  };
  const addOne = async (index: number): Promise<void> => {
    const webhookId = crypto.randomUUID();
    const [fails, hasLost, isParked, isPaused] = [0, 1, 2, 3].map((place) => index % troubleEvery === place);
    const isBusy = index % busyEvery === 0;
    const createdAt = iso(webhooks - index);
    const hardName = fails === true ? hardNames[index / troubleEvery] : undefined;
    await table.create(
      webhook({
        webhookId,
        customerId,
        name: hardName ?? `Orders of shop ${index}`,
        maskedSettings: { ...webhook().maskedSettings, target: `https://hooks.shop-${index}.example.com/tidepost` },
        createdAt,
        updatedAt: createdAt,
        active: isPaused !== true,
        ...(isBusy ? { lastSuccessful: iso(0) } : {}),
        ...(fails === true || hasLost === true || isParked === true ? { lastFailure: iso(60_000) } : {}),
        ...(isParked === true ? { breaker: parked } : {}),
      }),
    );
    const count = async (agoMs: number, what: DeliveryFact["what"]): Promise<void> =>
      await hours.count({ customerId, webhookId, at: now - agoMs, what });
    if (fails === true || isParked === true) await addWaiting(webhookId);
    if (hasLost === true) await count(2 * hourMs, { kind: "expired" });
    if (!isBusy) return;
    for (let hour = 0; hour < 24; hour += 6) {
      await count(hour * hourMs, { kind: "delivered", events: 100, durationMs: 40 });
    }
  };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < webhooks) {
      const index = next;
      next += 1;
      await addOne(index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return async () => {
    const createdAt = new Date().toISOString();
    await table.create(webhook({ webhookId: crypto.randomUUID(), customerId, createdAt, updatedAt: createdAt }));
  };
};
