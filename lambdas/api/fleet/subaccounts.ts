import type { ViewOf } from "#shared/contract/api/answers.ts";
import { type SubaccountSummary, subaccountsQuery } from "#shared/contract/api/subaccounts.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import type { PendingBatches } from "#shared/delivery/pending-batches.ts";
import { validate } from "#shared/errors.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Answered, ApiDeps, Request } from "../deps.ts";
import { readFleet } from "./fleet.ts";
import { countStates, type FleetRow, rowsOf } from "./page.ts";
import { readPending } from "./pending.ts";

/**
 * `GET /webhooks/subaccounts`: the webhooks of each sub-account together, for those who serve many tenants. A request looks at a
 * bounded number of webhooks for what waits, and keeps it, as the overview does.
 */
export const listSubaccounts = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/subaccounts">> => {
  const { caller, header, query } = request;
  const { limit, offset = 0, search = "" } = validate(subaccountsQuery, query);
  const fleet = await readFleet(deps, caller.customerId);
  const rows = rowsOf(fleet.rows, { subaccount: subaccountOf(header("x-msys-subaccount")) });
  const { known, isComplete } = await readPending(deps, rows);
  const pending = new Map(known.map((found) => [found.id, found.pending]));
  const halfMs = retryWindowMs / deps.clock.scale / 2;
  const halfTime = new Date(deps.now() + halfMs).toISOString();
  const groups = Map.groupBy(rows, ({ subaccountId }) => subaccountId);
  const matching = [...groups].filter(([id]) => search === "" || String(id ?? "").startsWith(search));
  const views = matching.map(([id, own]) => viewOf(id, own, { pending, halfTime })).toSorted(byUrgency);
  return {
    status: 200,
    body: {
      results: views.slice(offset, offset + limit),
      total: groups.size,
      matching: views.length,
      counted_at: new Date(fleet.readAt).toISOString(),
      is_complete: isComplete,
    },
  };
};

const viewOf = (
  subaccountId: number | undefined,
  rows: readonly FleetRow[],
  { pending, halfTime }: { readonly pending: ReadonlyMap<string, PendingBatches>; readonly halfTime: string },
): ViewOf<SubaccountSummary> => {
  const waiting = rows.flatMap(({ id }) => pending.get(id) ?? []).filter(({ batches }) => batches > 0);
  const ends = waiting.flatMap(({ nextExpiryAt }) => nextExpiryAt ?? []).toSorted();
  return {
    subaccount_id: subaccountId,
    webhooks: rows.length,
    states: countStates(rows).states,
    waiting: waiting.length,
    pending_batches: waiting.reduce((sum, { batches }) => sum + batches, 0),
    pending_events: waiting.reduce((sum, { events }) => sum + events, 0),
    half_time: ends.filter((at) => at <= halfTime).length,
    next_expiry_at: ends[0],
  };
};

/** What is lost soonest, then where most fails, then by number. */
const byUrgency = (a: ViewOf<SubaccountSummary>, b: ViewOf<SubaccountSummary>): number =>
  compare(a.next_expiry_at ?? "~", b.next_expiry_at ?? "~") ||
  failing(b) - failing(a) ||
  (a.subaccount_id ?? -1) - (b.subaccount_id ?? -1);

const failing = ({ states }: ViewOf<SubaccountSummary>): number => states.failed + states.parked;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
