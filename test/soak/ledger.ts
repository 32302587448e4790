/** What is known of a run: every event that was accepted, every batch that was formed, POSTed, recorded, and every fault. */
import { createHash } from "node:crypto";
import { type EventType, type SoakWebhook, takes } from "./population.ts";

export interface SoakEvent {
  readonly customerId: string;
  readonly type: EventType;
}

/** A POST that brought its whole body. */
export interface SoakPost {
  /** Place in the order of everything that was seen. */
  readonly order: number;
  readonly webhook: string;
  readonly body: string;
  readonly numbers: readonly number[];
  /** Place in the order at which the target had answered 2xx. */
  takenAt?: number;
}

interface Claim {
  readonly order: number;
  /** Process and thread of the environment that holds it. */
  readonly worker: string;
  /** The claim's own clock, and the end of the retry window, Unix milliseconds. */
  readonly now: number;
  readonly expiresAt: number;
}

export interface SoakBatch {
  readonly id: string;
  /** Hashes of the uncompressed bodies that it was handed over or POSTed with. */
  readonly bodies: Set<string>;
  /** Paths of the targets that it was POSTed to, and webhook ids that it was handed over for. */
  readonly targets: Set<string>;
  readonly webhookIds: Set<string>;
  numbers: readonly number[];
  readonly posts: SoakPost[];
  readonly claims: Claim[];
  /** Place in the order at which its delivery was on record. */
  recordedAt?: number;
  /** Places at which the write of its delivery was tampered with. */
  readonly tampered: number[];
  isHandedOver: boolean;
}

export const hashOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

/** The number of each event of a body, in order; hostile events have none. */
export const slotsOf = (body: Buffer): readonly (number | undefined)[] => {
  const events = JSON.parse(body.toString()) as readonly { readonly msys: Readonly<Record<string, { n?: number }>> }[];
  return events.map(({ msys }) => Object.values(msys)[0]?.n);
};

/** Numbers of those events that have one. */
export const numbersIn = (slots: readonly (number | undefined)[]): readonly number[] =>
  slots.filter((n) => n !== undefined);

/** Numbers of a body's events; test POSTs have none. */
export const numbersOf = (body: Buffer): readonly number[] => numbersIn(slotsOf(body));

export type Ledger = ReturnType<typeof createLedger>;

/** Starts an empty ledger. */
export const createLedger = (webhooks: readonly SoakWebhook[]) => {
  const events: SoakEvent[] = [];
  const accepted = new Set<number>();
  const batches = new Map<string, SoakBatch>();
  const received = new Map(webhooks.map(({ name }) => [name, new Set<number>()]));
  const outstanding = new Map(webhooks.map(({ name }) => [name, new Set<number>()]));
  const stored = new Map<string, { readonly hash: string; readonly slots: ReturnType<typeof slotsOf> }>();
  const garbage = new Set<string>();
  const kills: { readonly order: number; readonly worker: string }[] = [];
  const faults: string[] = [];
  const counts = new Map<string, number>();
  let order = 0;

  const batchOf = (id: string): SoakBatch => {
    const known = batches.get(id);
    if (known !== undefined) return known;
    const batch: SoakBatch = {
      id,
      bodies: new Set(),
      targets: new Set(),
      webhookIds: new Set(),
      numbers: [],
      posts: [],
      claims: [],
      tampered: [],
      isHandedOver: false,
    };
    batches.set(id, batch);
    return batch;
  };

  return {
    webhooks,
    /** Ids that the API gave the webhooks, by name. */
    webhookIds: new Map<string, string>(),
    events,
    accepted,
    batches,
    batchOf,
    /** Events of each webhook that its target has taken. */
    received,
    /** Accepted events of each webhook that its target has not taken yet. */
    outstanding,
    openDeliveries: (): number => [...outstanding.values()].reduce((sum, { size }) => sum + size, 0),
    /** Those of targets that take batches while faults are made. */
    openWithinReach: (): number =>
      webhooks
        .filter(({ kind }) => kind === "good" || kind === "flaky")
        .reduce((sum, { name }) => sum + (outstanding.get(name)?.size ?? 0), 0),
    /** Bodies of stored objects by their key, as first written. */
    stored,
    /** Marks of records that hold no event and were put on the stream. */
    garbage,
    /** Process and thread of killed environments; a thread `*` for all of the process. */
    kills,
    /** Breaches that were noticed as they happened. */
    faults,
    counts,
    count: (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by),
    /** The next place in the order of everything that is seen. */
    nextOrder: (): number => (order += 1),
    /** Numbers a new event that is about to be sent. */
    newEvent: (event: SoakEvent): number => events.push(event) - 1,
    /** Notes that events were acknowledged. */
    accept: (numbers: readonly number[]): void => {
      for (const n of numbers) {
        accepted.add(n);
        const event = events[n];
        if (event === undefined) continue;
        for (const webhook of webhooks) {
          if (!takes(webhook, event) || received.get(webhook.name)?.has(n) === true) continue;
          outstanding.get(webhook.name)?.add(n);
        }
      }
    },
    /** Notes that a target took a POST. */
    taken: (post: SoakPost): void => {
      order += 1;
      post.takenAt = order;
      for (const n of post.numbers) {
        received.get(post.webhook)?.add(n);
        outstanding.get(post.webhook)?.delete(n);
      }
    },
  };
};
