import type { BatchRecord } from "#shared/delivery/record.ts";

/** A POST that reached the target. */
export interface Post {
  readonly batchId: string;
  readonly at: number;
  readonly status: number | undefined;
}

/** What is known once all is quiet. */
export interface Facts {
  readonly posts: readonly Post[];
  readonly records: readonly BatchRecord[];
  /** Hashes of the bodies that each batch id came with. */
  readonly bodies: ReadonlyMap<string, ReadonlySet<string>>;
  /** Numbers of the events of each batch id. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
  /** Numbers of the events of each chain, in order. */
  readonly chains: ReadonlyMap<string, readonly number[]>;
  /** Most POSTs under way at once of batches that had never been POSTed. */
  readonly mostUnsentAtOnce: number;
  /** Most POSTs under way at once, and whether the target answers so slowly that it gets one at a time. */
  readonly mostAtOnce: number;
  readonly takesTurns: boolean;
  /** Batches that the target had taken, and whose record did not say so, when an invocation was killed. */
  readonly unrecorded: ReadonlySet<string>;
  /** Batches that were delivered and whose body is not kept as the target has it, where the webhook keeps bodies. */
  readonly unkept: readonly string[];
  readonly isQuiet: boolean;
  readonly deadLetters: number;
  readonly storedBodies: number;
}

/** What a test knows besides. */
export interface Expected {
  /** Numbers of further events that must have arrived. */
  readonly events?: readonly number[];
  /** The same events were batched again, with other ids: they may come twice, and bodies may be left. @default false */
  readonly rebatched?: boolean;
}

/** Whether the target took the batch. */
export const isAccepted = ({ status = 0 }: Post): boolean => status >= 200 && status < 300;

/** The product's promises of one webhook's deliveries, each as a sentence for every way in which it was broken. */
export const findViolations = (facts: Facts, { events = [], rebatched = false }: Expected): readonly string[] => {
  const { posts, records, bodies, numbers } = facts;
  const byId = new Map(records.map((record) => [record.batchId, record]));
  const accepted = new Map<string, number>();
  for (const { batchId } of posts.filter(isAccepted)) accepted.set(batchId, (accepted.get(batchId) ?? 0) + 1);
  const acceptedEvents = [...accepted.keys()].flatMap((batchId) => numbers.get(batchId) ?? []);
  const ended = records.filter(({ state }) => state === "delivered" || state === "expired");
  const restOf = ({ chain }: BatchRecord): readonly number[] =>
    chain === undefined ? [] : (facts.chains.get(chain.batchId) ?? []).slice(chain.next);
  const settledEvents = ended.flatMap((record) => [...(numbers.get(record.batchId) ?? []), ...restOf(record)]);
  const settled = new Set(settledEvents);
  const known = [...events, ...[...numbers.values()].flat(), ...[...facts.chains.values()].flat()];
  const lost = [...new Set(known)].filter((n) => !settled.has(n));

  const rules: readonly (readonly [holds: boolean, otherwise: string])[] = [
    [facts.isQuiet, "messages go round for ever"],
    [facts.deadLetters === 0, `${facts.deadLetters} dead letters`],
    [lost.length === 0, `events ${lost.join(", ")} were lost`],
    [rebatched || new Set(acceptedEvents).size === acceptedEvents.length, "events came in more than one batch"],
    [rebatched || settledEvents.length === settled.size, "events are recorded in more than one batch"],
    [
      facts.chains.size === 0 || facts.mostUnsentAtOnce <= facts.chains.size,
      "two batches of a chain were POSTed at once",
    ],
    [!facts.takesTurns || facts.mostAtOnce <= 1, `${facts.mostAtOnce} POSTs were under way at a slow target`],
    [facts.unkept.length === 0, `${facts.unkept.join(", ")} are not kept as they were delivered`],
    [rebatched || facts.storedBodies === 0, `${facts.storedBodies} bodies are left`],
    ...Array.from(bodies, ([id, hashes]) => [hashes.size === 1, `${id} had ${hashes.size} bodies`] as const),
    ...posts.flatMap(({ batchId, at }) => {
      const record = byId.get(batchId);
      const isInTime = record === undefined || at < Date.parse(record.expiresAt);
      return [
        [record !== undefined, `${batchId} was POSTed and has no record`],
        [isInTime, `${batchId} was POSTed after its cutoff`],
      ] as const;
    }),
    ...Array.from(accepted, ([batchId, count]) => {
      const allowed = facts.unrecorded.has(batchId) ? 2 : 1;
      return [
        [count <= allowed, `${batchId} was POSTed ${count} times with success, ${allowed} allowed`],
        [byId.get(batchId)?.state === "delivered", `${batchId} was delivered and is not recorded so`],
      ] as const;
    }).flat(),
    ...records.flatMap(({ batchId, state, attempts }) => {
      const order = attempts.map(({ attempt }) => attempt);
      const isRising = order.every((n, index) => index === 0 || n > (order[index - 1] ?? 0));
      return [
        [["delivered", "expired", "split"].includes(state), `${batchId} is left ${state}`],
        [state !== "delivered" || accepted.has(batchId), `${batchId} is recorded delivered and was not`],
        [isRising, `${batchId} has attempts ${order.join(", ")}`],
      ] as const;
    }),
  ];
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
};
