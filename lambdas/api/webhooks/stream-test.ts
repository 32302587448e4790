import { covers } from "#shared/api-key.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import { shownMatches } from "#shared/contract/api/filter-test.ts";
import { type StreamTestRequest, type StreamTestResult, streamTestRequest } from "#shared/contract/api/stream-test.ts";
import { type Match, noCounts, type Search, type TestCounts, type TestedRules } from "#shared/delivery/search.ts";
import { errors, parseJson, validate } from "#shared/errors.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";
import { maskerFor, recipientsIn } from "#shared/events/mask-addresses.ts";
import { exactJsonOf, isObject } from "#shared/text/json.ts";
import { hourMs } from "#shared/text/times.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { ApiDeps, Answered, Request } from "../deps.ts";
import { beginSearch, endSearch, findSearch, rangeOf } from "../search-jobs.ts";
import { readFrom, readingView } from "../search-view.ts";
import { withoutNulls } from "../without-nulls.ts";
import { contentRules } from "./content.ts";
import { requireEvents, requireFittingSubaccounts } from "./settings.ts";

/**
 * `POST /webhooks/filter-test/stream`: begins to count what a webhook would take of the events on the stream. It asks for
 * the grant that changes webhooks: whoever counts by conditions on addresses finds out addresses.
 */
export const startStreamTest = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/filter-test/stream">> => {
  const now = deps.now();
  const subaccount = subaccountOf(request.header("x-msys-subaccount"));
  const wanted = validate(streamTestRequest, withoutNulls(parseJson(request.body)), nearestEventKey);
  const test: Search = {
    searchId: deps.newId(),
    customerId: request.caller.customerId,
    state: "running",
    startedAt: new Date(now).toISOString(),
    ...rangeOf(wanted, { now, retentionHours: deps.retentionHours, defaultMs: hourMs }),
    dryRun: wanted.dry_run,
    // A `replay` that does not know tests looks for events by these alone.
    criteria: subaccount === "all" ? {} : { subaccountId: subaccount },
    tested: testedRules(deps, wanted, subaccount),
    ...(subaccount === "all" ? {} : { actsFor: subaccount }),
  };
  await beginSearch(deps, request, test);
  return { status: 200, body: { results: await viewOf(deps, request, test) } };
};

/** The rules of the webhook that a request describes. */
const testedRules = (deps: ApiDeps, wanted: StreamTestRequest, acting: Subaccount): TestedRules => {
  const { exception_subaccounts: exceptions = [], subaccount_id: asked } = wanted;
  if (acting !== "all" && asked !== undefined && asked !== acting) {
    throw errors.contradictory(
      "'subaccount_id' is another sub-account than the one that the request acts for",
      `Sent: ${asked}, and X-MSYS-SUBACCOUNT: ${acting}.`,
    );
  }
  const subaccount = acting === "all" && asked !== undefined && asked !== -1 ? asked : acting;
  requireFittingSubaccounts(subaccount, exceptions);
  const { events, events_mode: mode = events === undefined ? "all" : "selected" } = wanted;
  return {
    eventsMode: mode,
    events: requireEvents(events, mode),
    ...(subaccount === "all" ? {} : { subaccountId: subaccount }),
    ...(exceptions.length === 0 ? {} : { exceptionSubaccounts: exceptions }),
    ...contentRules(deps, wanted, {}),
  };
};

const named = { parameter: "test_id", kind: "test" } as const;

/** `GET /webhooks/filter-test/stream/{test_id}`: how far a test is, and what it has counted. */
export const readStreamTest = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/filter-test/stream/{test_id}">> => ({
  status: 200,
  body: { results: await viewOf(deps, request, await findSearch(deps, request, named)) },
});

/** `POST /webhooks/filter-test/stream/{test_id}/cancel`: reads no further. */
export const cancelStreamTest = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/filter-test/stream/{test_id}/cancel">> => ({
  status: 200,
  body: { results: await viewOf(deps, request, await endSearch(deps, request, named)) },
});

const viewOf = async (
  { now, searches }: ApiDeps,
  { caller }: Request,
  test: Search,
): Promise<ViewOf<StreamTestResult>> => {
  const [shards, matches] = await Promise.all([searches.listShards(test), searches.listMatches(test)]);
  const isTruncated = shards.some(({ isStopped }) => isStopped);
  const isMasked = !covers(caller.grants, "webhooks/modify");
  const sum = (pick: (counts: TestCounts) => number): number =>
    shards.reduce((total, { counts = noCounts }) => total + pick(counts), 0);
  const shown = (isLeftOut: boolean) =>
    matches
      .filter((match) => (match.isLeftOut ?? false) === isLeftOut)
      .slice(0, shownMatches)
      .flatMap((match) => eventView(match, isMasked));
  return {
    id: test.searchId,
    ...readingView(test, shards, now()),
    read_from: isTruncated ? undefined : readFrom(test, shards),
    truncated: isTruncated,
    events: sum(({ events }) => events),
    of_types: sum(({ ofTypes }) => ofTypes),
    matched: sum(({ taken }) => taken),
    first: shown(false),
    left_out: shown(true),
  };
};

const eventView = ({ text = "" }: Match, isMasked: boolean): readonly Readonly<Record<string, unknown>>[] => {
  const event = exactJsonOf(text);
  const shown = isMasked ? maskerFor(recipientsIn(event)).event(event) : event;
  return isObject(shown) ? [shown] : [];
};
