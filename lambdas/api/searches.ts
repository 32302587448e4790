import * as z from "zod";
import { covers } from "#shared/api-key.ts";
import { identifying, searchRequest } from "#shared/contract/api/search.ts";
import { jobDays, maxSearches, queueDays } from "#shared/contract/limits.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { Search } from "#shared/delivery/search.ts";
import { type RequestError, errors, parseJson, validate } from "#shared/errors.ts";
import type { FindCriteria } from "#shared/events/find-events.ts";
import { dayMs, hourMs, minuteMs } from "#shared/text/times.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Answered, ApiDeps, Request } from "./deps.ts";
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
  await begin(deps, request, search);
  await deps.replaySteps.send(startOf(search), 0);
  return { status: 200, body: { results: await viewOf(deps, request, search) } };
};

/** Records this close to the end of their retention might be gone before they are read. */
const marginMs = minuteMs;

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
  const { now, retentionHours, subaccount } = context;
  const earliest = now - retentionHours * hourMs + marginMs;
  const latest = new Date(now).toISOString();
  const wanted = validate(searchRequest, withoutNulls(body));
  const { from = new Date(Math.max(now - dayMs, earliest)).toISOString(), to = latest } = wanted;
  const fitting = z
    .object({})
    .refine(() => identifying.some((name) => wanted[name] !== undefined), {
      error: `must have at least one of: ${identifying.join(", ")}`,
      path: [],
    })
    .refine(() => from < to, { error: "must be earlier than 'to'", path: ["from"] })
    .refine(() => to <= latest, { error: `must not be in the future; it is ${latest}`, path: ["to"] })
    .refine(() => Date.parse(to) > earliest, {
      error: `must be within the ${retentionHours} hours that events are kept: later than ${new Date(earliest).toISOString()}`,
      path: ["to"],
    });
  validate(fitting, wanted);
  if (subaccount !== "all" && wanted.subaccount_id !== undefined && wanted.subaccount_id !== subaccount) {
    throw errors.contradictory(
      "'subaccount_id' is another sub-account than the one that the request acts for",
      `Sent: ${wanted.subaccount_id}, and X-MSYS-SUBACCOUNT: ${subaccount}.`,
    );
  }
  const isFromCut = Date.parse(from) < earliest;
  return {
    from: isFromCut ? new Date(earliest).toISOString() : from,
    to,
    isFromCut,
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

/** How long the message that starts a search may take before it counts as lost. */
const startMs = minuteMs;

/**
 * Stores a search and counts it as under way. It is stored first: what is counted and not stored is what a crash has left, and
 * makes room for others.
 */
const begin = async (deps: ApiDeps, request: Request, search: Search): Promise<void> => {
  const { searches } = deps;
  const running = await underWay(deps, search.customerId);
  if (running.length >= maxSearches) throw tooMany(request, running);
  await searches.create(search);
  if (await searches.begin(search, maxSearches)) return;
  await searches.end(search, { state: "cancelled", at: deps.now() });
  throw tooMany(request, await underWay(deps, search.customerId));
};

/**
 * The searches that a customer has under way. What is counted and does not run makes room, and so does a search that is older
 * than any message of it can be. One that nobody has started is started.
 */
const underWay = async (deps: ApiDeps, customerId: string): Promise<readonly Search[]> => {
  const { searches, replaySteps } = deps;
  const running: Search[] = [];
  for (const searchId of await searches.listBegun(customerId)) {
    const search = await searches.find({ customerId, searchId });
    const ageMs = search === undefined ? 0 : deps.now() - Date.parse(search.startedAt);
    const isLost = search?.state === "running" && ageMs > queueDays * dayMs;
    if (isLost) await searches.end(search, { state: "cancelled", at: deps.now() });
    if (search?.state !== "running" || isLost) {
      await searches.leave({ customerId, searchId });
      continue;
    }
    running.push(search);
    const isStarted = search.openShards !== undefined;
    if (!isStarted && ageMs > startMs) await replaySteps.send(startOf(search), 0);
  }
  return running;
};

const startOf = ({ customerId, searchId }: Search): ReplayMessage => ({
  version: 1,
  kind: "search",
  customerId,
  searchId,
});

const tooMany = (request: Request, running: readonly Search[]): RequestError => {
  const own = running.filter((search) => isVisible(request, search)).map(({ searchId }) => searchId);
  return errors.conflict(
    `You have ${maxSearches} searches under way`,
    own.length === 0 ? "Wait for one to end." : `Wait for one or cancel one: ${own.join(", ")}.`,
  );
};

/** `GET /events/search/{search_id}`: how far a search is, and what it has found. */
export const readSearch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/events/search/{search_id}">> => ({
  status: 200,
  body: { results: await viewOf(deps, request, await findSearch(deps, request)) },
});

/** `POST /events/search/{search_id}/cancel`: reads no further. */
export const cancelSearch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/events/search/{search_id}/cancel">> => {
  const running = await findSearch(deps, request);
  await deps.searches.end(running, { state: "cancelled", at: deps.now() });
  await deps.searches.leave(running);
  const ended = await findSearch(deps, request);
  if (ended.state === "cancelled") return { status: 200, body: { results: await viewOf(deps, request, ended) } };
  throw errors.conflict(`The search has ended: it is ${ended.state}`, "Only a running search can be cancelled.");
};

/**
 * The search that a path names: one of the caller's, and of the sub-account in whose name the caller acts. The table may keep it
 * for days after its time.
 */
const findSearch = async ({ searches, now }: ApiDeps, request: Request): Promise<Search> => {
  const { caller, parameters } = request;
  const searchId = z.uuid().safeParse(parameters["search_id"]);
  const found = searchId.success
    ? await searches.find({ customerId: caller.customerId, searchId: searchId.data.toLowerCase() })
    : undefined;
  const isKept = found !== undefined && Date.parse(found.startedAt) + jobDays * dayMs > now();
  if (isKept && isVisible(request, found)) return found;
  throw errors.notFound("Resource could not be found", "You have no such search, or its record has ended.");
};

/** Whether a search is one of the sub-account in whose name the caller acts. */
const isVisible = ({ header }: Request, { actsFor }: Search): boolean => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  return subaccount === "all" || actsFor === subaccount;
};

const viewOf = async (deps: ApiDeps, { caller, header }: Request, search: Search) =>
  await searchView(deps, search, {
    subaccount: subaccountOf(header("x-msys-subaccount")),
    isMasked: !covers(caller.grants, "webhooks/modify"),
  });
