import * as z from "zod";
import { covers } from "#shared/api-key.ts";
import { identifying, searchRequest } from "#shared/contract/api/search.ts";
import type { Search } from "#shared/delivery/search.ts";
import { errors, parseJson, validate } from "#shared/errors.ts";
import type { FindCriteria } from "#shared/events/find-events.ts";
import { dayMs } from "#shared/text/times.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Answered, ApiDeps, Request } from "./deps.ts";
import { beginSearch, endSearch, findSearch, rangeOf } from "./search-jobs.ts";
import { searchView } from "./search-view.ts";
import { withoutNulls } from "./without-nulls.ts";

/** `POST /events/search`: begins to look for events on the stream. */
export const startSearch = async (deps: ApiDeps, request: Request): Promise<Answered<"POST /v1/events/search">> => {
  const { customerId } = request.caller;
  const now = deps.now();
  const subaccount = subaccountOf(request.header("x-msys-subaccount"));
  const wanted = readSearchRequest(parseJson(request.body), { now, retentionHours: deps.retentionHours, subaccount });
  const search: Search = {
    searchId: deps.newId(),
    customerId,
    state: "running",
    startedAt: new Date(now).toISOString(),
    ...wanted,
  };
  await beginSearch(deps, request, search);
  return { status: 200, body: { results: await viewOf(deps, request, search) } };
};

/** What a request looks for, and where. */
type Wanted = Pick<Search, "from" | "to" | "isFromCut" | "dryRun" | "criteria" | "actsFor">;

/**
 * Reads the body of a request for a search.
 *
 * @param context.subaccount in whose name the caller acts: its events alone are looked for
 */
export const readSearchRequest = (
  body: unknown,
  context: { readonly now: number; readonly retentionHours: number; readonly subaccount: Subaccount },
): Wanted => {
  const { subaccount } = context;
  const wanted = validate(searchRequest, withoutNulls(body));
  const fitting = z.object({}).refine(() => identifying.some((name) => wanted[name] !== undefined), {
    error: `must have at least one of: ${identifying.join(", ")}`,
    path: [],
  });
  validate(fitting, wanted);
  const range = rangeOf(wanted, { ...context, defaultMs: dayMs });
  if (subaccount !== "all" && wanted.subaccount_id !== undefined && wanted.subaccount_id !== subaccount) {
    throw errors.contradictory(
      "'subaccount_id' is another sub-account than the one that the request acts for",
      `Sent: ${wanted.subaccount_id}, and X-MSYS-SUBACCOUNT: ${subaccount}.`,
    );
  }
  return {
    ...range,
    dryRun: wanted.dry_run,
    criteria: criteriaOf({ ...wanted, ...(subaccount === "all" ? {} : { subaccount_id: subaccount }) }),
    ...(subaccount === "all" ? {} : { actsFor: subaccount }),
  };
};

const criteriaOf = (wanted: z.output<typeof searchRequest>): FindCriteria => {
  const { id, types, recipient } = wanted;
  const { event_id: eventId, message_id: messageId, transmission_id: transmissionId } = wanted;
  const { campaign_id: campaignId, subaccount_id: subaccountId } = wanted;
  return {
    ...(id === undefined ? {} : { id }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(transmissionId === undefined ? {} : { transmissionId }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(types === undefined ? {} : { types }),
    ...(subaccountId === undefined ? {} : { subaccountId }),
  };
};

const named = { parameter: "search_id", kind: "search" } as const;

/** `GET /events/search/{search_id}`: how far a search is, and what it has found. */
export const readSearch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/events/search/{search_id}">> => ({
  status: 200,
  body: { results: await viewOf(deps, request, await findSearch(deps, request, named)) },
});

/** `POST /events/search/{search_id}/cancel`: reads no further. */
export const cancelSearch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/events/search/{search_id}/cancel">> => {
  const ended = await endSearch(deps, request, named);
  return { status: 200, body: { results: await viewOf(deps, request, ended) } };
};

const viewOf = async (deps: ApiDeps, { caller, header }: Request, search: Search) =>
  await searchView(deps, search, {
    subaccount: subaccountOf(header("x-msys-subaccount")),
    isMasked: !covers(caller.grants, "webhooks/modify"),
  });
