import { maxBatchEvents } from "#shared/contract/limits.ts";
import type { Ledger, SoakBatch } from "./ledger.ts";
import { takes } from "./population.ts";

/** What is found when all is quiet. */
export interface Remains {
  /** State on record of each batch. */
  readonly states: ReadonlyMap<string, string>;
  /** Keys of bodies that are still stored. */
  readonly bodies: readonly string[];
  /** Texts of the objects in quarantine. */
  readonly quarantine: readonly string[];
  /** Keys of bodies whose deletion was made to fail. */
  readonly undeletable: ReadonlySet<string>;
  /** Connections to the forbidden address. */
  readonly trapped: number;
  /** Webhooks that had to wait for hanging targets to recover, by their names. */
  readonly delayed: readonly string[];
  /** Whether faults were made that justify bodies without a batch: windows that were cut anew. */
  readonly isRecut: boolean;
}

/** The promises that are checked, by their number in the list of invariants. */
export const promises = {
  1: "every accepted event is delivered, or its batch is on record as expired, or its record is in quarantine",
  2: "a batch id has one body and one webhook",
  3: `no batch has more events than its webhook takes, ${maxBatchEvents.toLocaleString("en")} at most`,
  4: "nothing is sent after a recorded 2xx, nor after any 2xx unless a fault fell between answer and record",
  5: "no attempt starts after the cutoff, and no body outlives its batch",
  6: "hanging and hostile targets do not hold up other webhooks' events",
  7: "no customer receives another customer's events",
  8: "no connection reaches an address that is not allowed",
  9: "no hostile call is answered with a fault while nothing else is made to fail",
} as const;

/** Every breach of a promise, as a sentence that begins with its number. Events and batches are named, five at most a rule. */
export const findViolations = (ledger: Ledger, remains: Remains): readonly string[] => {
  const batches = [...ledger.batches.values()];
  const quarantine = remains.quarantine.join("\n");
  return [
    ...ledger.faults,
    ...lostEvents(ledger, remains),
    ...brief(
      "1: not in quarantine:",
      [...ledger.garbage].filter((mark) => !quarantine.includes(mark)),
    ),
    ...brief(
      "2: more than one body or webhook:",
      batches.flatMap(({ id, bodies, targets, webhookIds }) =>
        bodies.size > 1 || targets.size > 1 || webhookIds.size > 1 ? [id] : [],
      ),
    ),
    ...brief("3: too many events in", overfullBatches(ledger, batches)),
    ...brief(
      "4: sent after its delivery was recorded:",
      batches.filter(isSentAfterRecord).map(({ id }) => id),
    ),
    ...brief(
      "4: sent again after 2xx without a fault in between:",
      batches.filter((batch) => isSentTwice(ledger, batch)).map(({ id }) => id),
    ),
    ...brief(
      "5: claimed after its cutoff and POSTed:",
      batches.filter(isPostedAfterCutoff).map(({ id }) => id),
    ),
    ...brief("5: body left of", leftBodies(ledger, remains)),
    ...brief("6: held up by hanging targets:", remains.delayed),
    ...brief("7: strangers' or unwanted events in", mixedBatches(ledger, batches)),
    ...(remains.trapped > 0 ? [`8: ${remains.trapped} connections to a forbidden address`] : []),
    ...blindSpots(ledger, batches),
  ];
};

const shown = 5;

const brief = (what: string, names: readonly string[]): readonly string[] => {
  if (names.length === 0) return [];
  const others = names.length > shown ? ` and ${names.length - shown} more` : "";
  return [`${what} ${names.slice(0, shown).join(", ")}${others}`];
};

/** Events of a webhook in batches that are on record as expired. */
export const expiredEvents = (
  ledger: Ledger,
  states: ReadonlyMap<string, string>,
): ReadonlyMap<string, Set<number>> => {
  const expired = new Map(ledger.webhooks.map(({ name }) => [name, new Set<number>()]));
  const namesById = webhookNames(ledger);
  for (const { id, webhookIds, numbers } of ledger.batches.values()) {
    if (states.get(id) !== "expired") continue;
    for (const webhookId of webhookIds) {
      const events = expired.get(namesById.get(webhookId) ?? "");
      for (const n of numbers) events?.add(n);
    }
  }
  return expired;
};

/** Names of webhooks by their ids, as the API gave them. */
const webhookNames = (ledger: Ledger): ReadonlyMap<string, string> =>
  new Map(Array.from(ledger.webhookIds, ([name, id]) => [id, name]));

const lostEvents = (ledger: Ledger, { states }: Remains): readonly string[] => {
  const expired = expiredEvents(ledger, states);
  return [...ledger.outstanding].flatMap(([name, open]) => {
    const lost = [...open].filter((n) => expired.get(name)?.has(n) !== true);
    return brief(`1: lost at ${name}:`, lost.map(String));
  });
};

const overfullBatches = (ledger: Ledger, batches: readonly SoakBatch[]): readonly string[] => {
  const sizes = new Map(ledger.webhooks.map(({ name, batchSize }) => [name, batchSize]));
  return batches.flatMap(({ id, posts }) =>
    posts.some(({ webhook, numbers }) => numbers.length > Math.min(sizes.get(webhook) ?? 0, maxBatchEvents))
      ? [id]
      : [],
  );
};

const isSentAfterRecord = ({ recordedAt, posts }: SoakBatch): boolean =>
  recordedAt !== undefined && posts.some(({ order }) => order > recordedAt);

/** A POST after one that was taken needs a reason: the first one's environment died, or its record was tampered with. */
const isSentTwice = (ledger: Ledger, batch: SoakBatch): boolean =>
  batch.posts.some(({ order: takenOrder, takenAt }, index) => {
    const next = batch.posts[index + 1];
    if (takenAt === undefined || next === undefined || next.order < takenAt) return false;
    const holder = batch.claims.findLast(({ order }) => order < takenOrder)?.worker;
    const isKilled = ledger.kills.some(
      ({ order, worker }) =>
        order > takenOrder && order < next.order && (worker === holder || worker === processOf(holder)),
    );
    return !isKilled && !batch.tampered.some((order) => order > takenOrder && order < next.order);
  });

/** Name that stands for all environments of a process. */
const processOf = (worker: string | undefined): string => `${worker?.split("/")[0] ?? ""}/*`;

const isPostedAfterCutoff = ({ claims, posts }: SoakBatch): boolean =>
  posts.some(({ order }) => {
    const claim = claims.findLast((earlier) => earlier.order < order);
    return claim !== undefined && claim.now >= claim.expiresAt;
  });

/** Keys of bodies that should be gone. */
export const leftBodies = (
  ledger: Ledger,
  { bodies, states, undeletable, isRecut }: Pick<Remains, "bodies" | "states" | "undeletable" | "isRecut">,
): readonly string[] =>
  bodies.filter((key) => {
    const id = /([0-9a-f-]{36})\.json\.(?:zst|gz)$/.exec(key)?.[1] ?? "";
    if (undeletable.has(key)) return false;
    const isHandedOver = ledger.batches.get(id)?.isHandedOver === true;
    // A window that was cut anew after its bodies were stored leaves them to the bucket's lifecycle.
    if (!isHandedOver) return !isRecut;
    return ["delivered", "expired", "split"].includes(states.get(id) ?? "");
  });

const mixedBatches = (ledger: Ledger, batches: readonly SoakBatch[]): readonly string[] => {
  const byName = new Map(ledger.webhooks.map((webhook) => [webhook.name, webhook]));
  return batches.flatMap(({ id, posts }) =>
    posts.some(({ webhook: name, numbers }) => {
      const webhook = byName.get(name);
      return numbers.some((n) => {
        const event = ledger.events[n];
        return webhook === undefined || event === undefined || !takes(webhook, event);
      });
    })
      ? [id]
      : [],
  );
};

/** What the checker must have seen: without it some promises would hold unseen. */
const blindSpots = (ledger: Ledger, batches: readonly SoakBatch[]): readonly string[] => {
  const posts = batches.some((batch) => batch.posts.length > 0);
  if (!posts) return ["checker: no POST arrived"];
  return [
    ...(batches.some(({ claims }) => claims.length > 0) ? [] : ["checker: no claim was seen"]),
    ...(batches.some(({ recordedAt }) => recordedAt !== undefined)
      ? []
      : ["checker: no record of a delivery was seen"]),
    ...(batches.some(({ isHandedOver }) => isHandedOver) ? [] : ["checker: no hand-over was seen"]),
    ...(ledger.accepted.size > 0 ? [] : ["checker: no event was accepted"]),
  ];
};
