import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import { webhook } from "./builders.ts";
import { hostileTexts } from "./hostile-values.ts";

interface FleetOptions {
  readonly dynamodb: DynamoDBClient;
  /** Names of the tables by logical id. */
  readonly tables: Readonly<Record<string, string>>;
  readonly customerId: string;
  readonly webhooks: number;
  /**
   * Names of the first webhooks. In one of two hundred there is something to see.
   * @default some that are hard to show
   */
  readonly names?: readonly string[];
}

/** What was made, to compare what is shown with. */
export interface FilledFleet {
  /** Webhooks by what became of their batches. */
  readonly counts: Readonly<Record<Trouble | "busy", number>>;
  /** Batches and events that wait at each webhook that fails or is parked. */
  readonly waiting: { readonly batches: number; readonly events: number };
  /** Batches and events that each busy webhook has delivered in the last 24 hours. */
  readonly delivered: { readonly batches: number; readonly events: number };
  /** Creates one more webhook, so that the API reads all of them again. */
  readonly addOne: () => Promise<void>;
}

type Trouble = "fails" | "hasLost" | "parked" | "paused";

/** Every tenth webhook had traffic in the last 24 hours. */
const busyEvery = 10;
/** Of every 500 webhooks one fails with batches that wait, one has lost a batch, one is parked and one is paused: the first. */
const troubles: readonly Trouble[] = ["fails", "hasLost", "parked", "paused"];
const webhooksOfOneTrouble = 500;
const waitingEvents = [1_234, 2_468, 3_702];
const deliveredEvents = [100, 100, 100, 100];
const hoursBetween = 6;
const hourMs = 3_600_000;
/** Writes at a time. */
const concurrency = 20;
const maxNameCharacters = 200;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

const hardNames: readonly string[] = [
  ...["bidi override", "right to left", "combining marks", "joined emoji", "script", "over-long"].map(
    (name) => hostileTexts[name] ?? "",
  ),
  `A name of two hundred characters ${"that goes on and on ".repeat(9)}`,
].map((name) => name.slice(0, maxNameCharacters));

/** Puts webhooks of one customer into a system's tables, as API and delivery put them there. */
export const fillFleet = async (options: FleetOptions): Promise<FilledFleet> => {
  const { dynamodb, tables, customerId, webhooks, names = hardNames } = options;
  const tableOf = (logicalId: string) => {
    const [, tableName = ""] = Object.entries(tables).find(([id]) => id.includes(logicalId)) ?? [];
    return { client: documentClient(dynamodb), tableName };
  };
  const table = webhooksTable(tableOf("Webhooks"));
  const hours = deliveryHoursTable(tableOf("Batches"));
  const batches = batchesTable(tableOf("Batches"));
  const now = Date.now();
  const iso = (agoMs: number): string => new Date(now - agoMs).toISOString();

  /** Batches that failed once and wait, the first of them for more than half of its time. */
  const addWaiting = async (webhookId: string): Promise<void> => {
    for (const [index, events] of waitingEvents.entries()) {
      const at = now - (index + 1) * hourMs;
      const createdAt = new Date(at).toISOString();
      const ref = { webhookId, batchId: crypto.randomUUID(), createdAt };
      const times = { now: at, firstAttemptAt: at, cutoff: at + 4 * hourMs, ttl: Math.floor(now / 1_000) + 86_400 };
      const claim = { customerId, settingsRevision: 1, events, bytes: 123_400, attempt: 1, until: at + 35_000 };
      await batches.claim({ ...ref, ...claim, ...times });
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
  const ofOneTrouble = Math.ceil(webhooks / webhooksOfOneTrouble);
  const troubleOf = (index: number): Trouble | undefined =>
    index < ofOneTrouble * troubles.length ? troubles[index % troubles.length] : undefined;
  const isBusy = (index: number): boolean => index % busyEvery === 0;

  const addOne = async (index: number): Promise<void> => {
    const webhookId = crypto.randomUUID();
    const trouble = troubleOf(index);
    const hasFailed = trouble !== undefined && trouble !== "paused";
    const createdAt = iso(webhooks - index);
    await table.create(
      webhook({
        webhookId,
        customerId,
        name: names[index] ?? `Orders of shop ${index}`,
        maskedSettings: { ...webhook().maskedSettings, target: `https://hooks.shop-${index}.example.com/tidepost` },
        createdAt,
        updatedAt: createdAt,
        active: trouble !== "paused",
        ...(isBusy(index) ? { lastSuccessful: iso(0) } : {}),
        ...(hasFailed ? { lastFailure: iso(60_000) } : {}),
        ...(trouble === "parked" ? { breaker: parked } : {}),
      }),
    );
    const count = async (agoMs: number, what: DeliveryFact["what"]): Promise<void> =>
      await hours.count({ customerId, webhookId, at: now - agoMs, what });
    if (trouble === "fails" || trouble === "parked") await addWaiting(webhookId);
    if (trouble === "hasLost") await count(2 * hourMs, { kind: "expired" });
    if (!isBusy(index)) return;
    for (const [batch, events] of deliveredEvents.entries()) {
      await count(batch * hoursBetween * hourMs, { kind: "delivered", events, durationMs: 40 });
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
  return {
    counts: {
      fails: ofOneTrouble,
      hasLost: ofOneTrouble,
      parked: ofOneTrouble,
      paused: ofOneTrouble,
      busy: Math.ceil(webhooks / busyEvery),
    },
    waiting: { batches: waitingEvents.length, events: sum(waitingEvents) },
    delivered: { batches: deliveredEvents.length, events: sum(deliveredEvents) },
    addOne: async () => {
      const createdAt = new Date().toISOString();
      await table.create(webhook({ webhookId: crypto.randomUUID(), customerId, createdAt, updatedAt: createdAt }));
    },
  };
};
