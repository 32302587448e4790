import { maxMatchWebhooks, maxSearchMatches, maxSearchWebhooks, maxTestedBytes } from "#shared/contract/limits.ts";
import type { SearchStartMessage, SearchStepMessage } from "#shared/contract/replay-message.ts";
import {
  type EventPlace,
  initialSearchProgress,
  matchIdOf,
  type Search,
  type SearchProgress,
} from "#shared/delivery/search.ts";
import { hourMs } from "#shared/text/times.ts";
import { countTaken } from "./count-taken.ts";
import { keepMatches } from "./find-matches.ts";
import { closeShard, type ReplayDeps, storeProgress } from "./progress.ts";
import { readShard } from "./read-shard.ts";
import { sampleShard } from "./sample-shard.ts";
import { askAgainSeconds, inTurn } from "./take-turns.ts";
import { createLookUp, takersOf } from "./whereabouts.ts";

/** Time after which a step looks no further event up. */
const maxLookUpMs = 10_000;
/** How long a search waits for records that may still become readable. */
const earlySeconds = 2;

/** A step of a search in one shard, and what it starts from. */
interface SearchStep {
  readonly message: SearchStepMessage;
  readonly search: Search;
  readonly progress: SearchProgress;
}

/** What a step has brought about: undefined when the shard is another's to read now. */
type Advance = { readonly changed: SearchProgress; readonly delaySeconds?: number } | undefined;

/** Finds the shards that a search is to read, and sends the first step of each. */
export const startSearch = async (deps: ReplayDeps, message: SearchStartMessage): Promise<void> => {
  // Shards that are made later hold nothing that arrived before the end of the time range, which has passed.
  await deps.searches.plan(message, await deps.events.listShards());
  const search = await deps.searches.find(message);
  if (search?.state !== "running") return await deps.searches.leave(message);
  for (const shard of search.openShards ?? []) {
    await deps.steps.send({ ...message, kind: "search_step", shard, revision: 0 }, 0);
  }
};

/**
 * Takes a search one step further in one shard: judges by samples what reading takes, then reads and stores what is found, and
 * looks up what became of that, in turn. What a step stores is the same when it comes again, and of two copies of a step only
 * the one that stores its progress goes on.
 */
export const takeSearchStep = async (deps: ReplayDeps, message: SearchStepMessage): Promise<void> => {
  const search = await deps.searches.find(message);
  if (search?.state !== "running") return await deps.searches.leave(message);
  const progress =
    (await deps.searches.findShard(message, message.shard)) ?? initialSearchProgress(search, message.shard);
  const { waitsFor, ...last } = progress;
  const step = { message, search, progress: last };
  if (progress.isDone) {
    await closeShard(deps, workOf(deps, step), message.shard);
    return;
  }
  if (progress.revision > message.revision) return await sendNext(deps, step, progress.revision);
  const advanced = await advance(deps, step);
  if (advanced !== undefined) return await storeProgress(deps, workOf(deps, step), advanced);
  if (waitsFor === "turn") return await sendNext(deps, step, progress.revision, askAgainSeconds);
  await storeProgress(deps, workOf(deps, step), waitForTurn(last));
};

const waitForTurn = (progress: SearchProgress) => ({
  changed: { ...progress, waitsFor: "turn" as const },
  delaySeconds: askAgainSeconds,
});

const workOf = (deps: ReplayDeps, step: SearchStep) => {
  const { searchId } = step.search;
  return {
    jobs: deps.searches,
    job: step.search,
    next: async (revision: number, delaySeconds: number) => await sendNext(deps, step, revision, delaySeconds),
    advanced: ({ shard, records, found, isDone }: SearchProgress) => {
      deps.telemetry.searchAdvanced({ searchId, shard, records, found, isDone });
    },
    ended: async () => {
      deps.telemetry.searchEnded({ searchId, state: "finished" });
      await deps.searches.leave(step.search);
    },
  };
};

const sendNext = async (deps: ReplayDeps, { message }: SearchStep, revision: number, delaySeconds = 0): Promise<void> =>
  await deps.steps.send({ ...message, revision }, delaySeconds);

const advance = async (deps: ReplayDeps, step: SearchStep): Promise<Advance> => {
  const { progress, search } = step;
  if (progress.estimate === undefined) return await unlessGone(deps, step, async () => await estimate(deps, step));
  if (progress.open.length > 0) return await lookUp(deps, step);
  if (progress.isStopped || search.dryRun) return { changed: { ...progress, isDone: true } };
  return await unlessGone(deps, step, async () => await read(deps, step));
};

const estimate = async (deps: ReplayDeps, { search, progress }: SearchStep): Promise<Advance> => {
  if (isEnough(search, await deps.searches.listShards(search))) return stopped(progress);
  const reader = { shard: progress.shard, holder: search.searchId };
  const judged = await inTurn(deps, reader, async () => await sampleShard(deps, search, progress.shard));
  return judged && { changed: { ...progress, estimate: judged, isDone: search.dryRun } };
};

/**
 * Whether more is found than may be shown: shards that are read at the same time find it together, and none has to stop. Of a
 * test, whether it has read as much as it may.
 */
const isEnough = ({ tested }: Search, shards: readonly SearchProgress[]): boolean =>
  shards.some(({ isStopped }) => isStopped) ||
  (tested === undefined ? foundIn(shards) > maxSearchMatches : inflatedIn(shards) >= maxTestedBytes);

const foundIn = (shards: readonly SearchProgress[]): number => shards.reduce((sum, { found }) => sum + found, 0);

const inflatedIn = (shards: readonly SearchProgress[]): number =>
  shards.reduce((sum, { counts }) => sum + (counts?.inflatedBytes ?? 0), 0);

const stopped = (progress: SearchProgress): Advance => ({ changed: { ...progress, isStopped: true, isDone: true } });

const read = async (deps: ReplayDeps, { search, progress: before }: SearchStep): Promise<Advance> => {
  const { from, to, searchId, tested } = search;
  const progress = withoutDropped(before, Math.min(keptSince(deps), Date.parse(to)));
  const shards = await deps.searches.listShards(search);
  if (isEnough(search, shards)) return stopped(progress);
  const { shard, counts: counted } = progress;
  const { kept, ...keeper } =
    tested === undefined
      ? keepMatches(search, { shard, room: maxSearchMatches - foundIn(shards) })
      : countTaken(search, tested, { shard, before: counted });
  const reader = { shard: progress.shard, holder: searchId };
  const reading = await inTurn(deps, reader, async () => await readShard(deps, { from, to, progress }, keeper));
  if (reading === undefined) return undefined;
  const { matches, records, bytes, isCut, counts } = kept();
  for (const match of matches) await deps.searches.putMatch(search, match);
  const after = reading.borders?.lastSequenceNumber ?? progress.after;
  const isRead = reading.end === "complete" || isCut;
  const changed = {
    ...progress,
    ...(after === undefined ? {} : { after }),
    readTo: reading.readTo,
    isInGap: reading.isInGap,
    records: progress.records + records,
    bytes: progress.bytes + bytes,
    found: progress.found + matches.length,
    // A test only shows them.
    open: tested === undefined ? matches.map(({ fields: _fields, bytes: _bytes, text: _text, ...place }) => place) : [],
    ...(counts === undefined ? {} : { counts }),
    isStopped: isCut,
    isDone: isRead && (matches.length === 0 || tested !== undefined),
  };
  if (reading.end !== "early") return { changed };
  return { changed: { ...changed, waitsFor: "records" }, delaySeconds: earlySeconds };
};

const keptSince = ({ now, retentionHours }: ReplayDeps): number => now() - retentionHours * hourMs;

/** A closed shard is gone when the stream has dropped its last record. */
const unlessGone = async (deps: ReplayDeps, { search, progress }: SearchStep, take: () => Promise<Advance>) => {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    const droppedTo = new Date(Math.max(Math.min(keptSince(deps), Date.parse(search.to)), Date.parse(search.from)));
    return { changed: { ...progress, droppedTo: droppedTo.toISOString(), isDone: true } };
  }
};

/** Goes on with what the stream still keeps, and notes what it does not. */
const withoutDropped = (progress: SearchProgress, keptFrom: number): SearchProgress => {
  if (Date.parse(progress.readTo) >= keptFrom) return progress;
  const { after: _after, ...before } = progress;
  const readTo = new Date(keptFrom).toISOString();
  return { ...before, readTo, droppedTo: readTo };
};

/** Looks up what became of events, at as many webhooks as there is time for. */
const lookUp = async (deps: ReplayDeps, { search, progress }: SearchStep): Promise<Advance> => {
  const { actsFor, customerId } = search;
  const webhooks = (await deps.webhooks.list(customerId)).filter(
    ({ subaccountId }) => actsFor === undefined || subaccountId === actsFor,
  );
  const deadline = deps.now() + maxLookUpMs;
  const shards = await deps.searches.listShards(search);
  const others = shards.filter(({ shard }) => shard !== progress.shard);
  const elsewhere = others.reduce((sum, shard) => sum + shard.webhooks, 0);
  const counted = new Map(progress.counted);
  const look = createLookUp(deps, search.searchId, { deadline, counted });
  let open = await shownOf(deps, search, { shards, open: progress.open });
  let count = progress.webhooks;
  for (const event of open) {
    const match = await deps.searches.findMatch(search, matchIdOf(event));
    const whereabouts = [...(match?.whereabouts ?? [])];
    const seen = new Set(whereabouts.map(({ webhookId }) => webhookId));
    const takers = takersOf(webhooks, event);
    const due = takers.filter(({ webhookId }) => !seen.has(webhookId)).slice(0, maxMatchWebhooks - seen.size);
    let isBusy = false;
    // What has been looked at is not looked at again: it is as of the beginning.
    const { lookedUpAt = new Date(deps.now()).toISOString() } = match ?? {};
    for (const webhook of due) {
      // Each step looks at one at least: it would be taken again and again otherwise.
      const isLate = count > progress.webhooks && deps.now() >= deadline;
      if (elsewhere + count >= maxSearchWebhooks || isLate) break;
      const found = await look(webhook, event, match?.text);
      isBusy = found === "busy";
      if (found === "busy" || found === "late") break;
      counted.clear();
      whereabouts.push(found);
      count += 1;
    }
    // It still waits for its turn, as it did before: there is nothing to write.
    const isUnchanged =
      count === progress.webhooks && open.length === progress.open.length && counted.size === progress.counted?.length;
    if (isBusy && isUnchanged && match?.takers === takers.length) return undefined;
    const isLookedUp = whereabouts.length - seen.size === due.length;
    if (match !== undefined) {
      const found = { whereabouts, takers: takers.length, isLookedUp };
      const isBegun = whereabouts.length > 0 || isLookedUp;
      await deps.searches.putMatch(search, { ...match, ...found, ...(isBegun ? { lookedUpAt } : {}) });
    }
    if (!isLookedUp && elsewhere + count < maxSearchWebhooks) {
      const changed = { ...progress, open, webhooks: count, counted: [...counted] };
      return isBusy ? waitForTurn(changed) : { changed };
    }
    open = open.slice(1);
    if (deps.now() >= deadline) break;
  }
  return { changed: { ...progress, open, webhooks: count, counted: [...counted] } };
};

/** Those of some events that a search shows: the earliest of all that is found. */
const shownOf = async (
  { searches }: ReplayDeps,
  search: Search,
  { shards, open }: { readonly shards: readonly SearchProgress[]; readonly open: readonly EventPlace[] },
): Promise<readonly EventPlace[]> => {
  if (foundIn(shards) <= maxSearchMatches) return open;
  const shown = new Set((await searches.listMatches(search)).slice(0, maxSearchMatches).map(matchIdOf));
  return open.filter((event) => shown.has(matchIdOf(event)));
};
