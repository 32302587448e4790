import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import type { ReplayState, SearchState } from "#shared/contract/words.ts";
import { initialSearchProgress, type Search, type TestedRules } from "#shared/delivery/search.ts";
import type { Aws } from "../../support/aws.ts";

const minute = 60_000;

/** Whose a job is, and which webhook and batch it is about. */
interface Own {
  readonly customerId: string;
  readonly webhookId: string;
  readonly batchId: string;
}

/** Stores replays, searches and tests of filters as they are while they run or when they have ended. */
export const jobsOf = (aws: Pick<Aws, "tables">) => {
  const searches = searchesTable(aws.tables.batches);

  /** Gives a webhook a replay behind those that it has. */
  const addReplay = async (
    { customerId, webhookId }: Pick<Own, "customerId" | "webhookId">,
    state: ReplayState,
  ): Promise<string> => {
    const replays = replaysTable(aws.tables.batches);
    const before = await replays.list(customerId, webhookId);
    const replayId = crypto.randomUUID();
    const startedAt = Date.now() - minute;
    const at = (ms: number): string => new Date(ms).toISOString();
    await replays.create({
      replayId,
      customerId,
      webhookId,
      number: before.length + 1,
      state,
      from: at(startedAt - minute),
      to: at(startedAt),
      rate: 5,
      dryRun: false,
      startedAt: at(startedAt),
      scheduledUntil: 0,
      ...(state === "running" ? {} : { endedAt: at(startedAt + 1_000) }),
    });
    return replayId;
  };

  /** Gives a customer a search that has found one event, which went in a batch. */
  const addSearch = async (
    { customerId, webhookId, batchId }: Own,
    state: SearchState,
    tested?: TestedRules,
  ): Promise<string> => {
    const searchId = crypto.randomUUID();
    const startedAt = Date.now() - minute;
    const at = (ms: number): string => new Date(ms).toISOString();
    const search: Search = {
      searchId,
      customerId,
      state,
      from: at(startedAt - minute),
      to: at(startedAt),
      isFromCut: false,
      dryRun: false,
      criteria: { recipient: "ann@example.com", types: ["delivery"] },
      startedAt: at(startedAt),
      ...(tested === undefined ? {} : { tested }),
      ...(state === "running" ? {} : { endedAt: at(startedAt + 1_000) }),
    };
    if (state === "running") await searches.begin(search, 100);
    await searches.create(search);
    const shard = "shardId-000000000000";
    const estimate = { records: 3, bytes: 3_000, readMs: 1_000 };
    const progress = {
      ...initialSearchProgress(search, shard),
      revision: 1,
      estimate,
      found: 1,
      records: 2,
      bytes: 2_000,
      ...(tested === undefined ? {} : { counts: { events: 3, ofTypes: 2, taken: 1, inflatedBytes: 9_000 } }),
    };
    await searches.putShard(search, progress);
    await searches.putMatch(search, {
      shard,
      sequenceNumber: "1",
      item: 0,
      event: 0,
      arrivedAt: startedAt - 1_000,
      type: "delivery",
      subaccountId: "7",
      fields: { event_id: "1", rcpt_to: "ann@example.com" },
      bytes: 80,
      text: '{"msys":{"message_event":{"type":"delivery","event_id":"1","rcpt_to":"ann@example.com"}}}',
      whereabouts: [{ webhookId, batches: [{ batchId, createdAt: at(startedAt) }], isExact: true }],
      takers: 1,
      isLookedUp: true,
    });
    return searchId;
  };

  /** Gives a customer a test of a filter that has counted events. */
  const addTest = async (own: Own, state: SearchState): Promise<string> =>
    await addSearch(own, state, { eventsMode: "all", events: [], filter: { field: "rcpt_to", suffix: ".com" } });

  return { addReplay, addSearch, addTest };
};
