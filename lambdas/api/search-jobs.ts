import * as z from "zod";
import { jobDays, maxSearches, maxSubaccountSearches, queueDays } from "#shared/contract/limits.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { Search } from "#shared/delivery/search.ts";
import { type RequestError, errors, validate } from "#shared/errors.ts";
import { dayMs, hourMs, minuteMs } from "#shared/text/times.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { ApiDeps, Request } from "./deps.ts";

// What searches for events and tests of filters have in common: both read the stream in the background.

/** Records this close to the end of their retention might be gone before they are read. */
const marginMs = minuteMs;

/**
 * The part of the stream that a request is about.
 *
 * @param wanted what the request says; ISO 8601
 * @param context.defaultMs how long ago it begins where the request does not say
 */
export const rangeOf = (
  wanted: { readonly from?: string; readonly to?: string },
  context: { readonly now: number; readonly retentionHours: number; readonly defaultMs: number },
): Pick<Search, "from" | "to" | "isFromCut"> => {
  const { now, retentionHours, defaultMs } = context;
  const earliest = now - retentionHours * hourMs + marginMs;
  const latest = new Date(now).toISOString();
  const { from = new Date(Math.max(now - defaultMs, earliest)).toISOString(), to = latest } = wanted;
  const fitting = z
    .object({})
    .refine(() => from < to, { error: "must be earlier than 'to'", path: ["from"] })
    .refine(() => to <= latest, { error: `must not be in the future; it is ${latest}`, path: ["to"] })
    .refine(() => Date.parse(to) > earliest, {
      error: `must be within the ${retentionHours} hours that events are kept: later than ${new Date(earliest).toISOString()}`,
      path: ["to"],
    });
  validate(fitting, wanted);
  const isFromCut = Date.parse(from) < earliest;
  return { from: isFromCut ? new Date(earliest).toISOString() : from, to, isFromCut };
};

/** How long the message that starts a search may take before it counts as lost. */
const startMs = minuteMs;

/**
 * Stores a search, counts it as under way, and sends the message that starts it. It is stored first: what is counted and not
 * stored is what a crash has left, and makes room for others. Throws 409 when the customer has too many, of which one is left for
 * who acts for the whole customer.
 */
export const beginSearch = async (deps: ApiDeps, request: Request, search: Search): Promise<void> => {
  const { replaySteps, searches } = deps;
  const max = search.actsFor === undefined ? maxSearches : maxSubaccountSearches;
  const running = await underWay(deps, search.customerId);
  if (running.length >= max) throw tooMany(request, running);
  await searches.create(search);
  if (!(await searches.begin(search, max))) {
    await searches.end(search, { state: "cancelled", at: deps.now() });
    throw tooMany(request, await underWay(deps, search.customerId));
  }
  await replaySteps.send(startOf(search), 0);
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
    `You have ${running.length} searches under way`,
    own.length === 0 ? "Wait for one to end." : `Wait for one or cancel one: ${own.join(", ")}.`,
  );
};

/** A parameter of the path, and whether the search that it names looks for events or is a test of a filter. */
interface Named {
  readonly parameter: string;
  readonly kind: "search" | "test";
}

/**
 * The search that a path names: one of the caller's, and of the sub-account in whose name the caller acts. The table may keep it
 * for days after its time. Throws 404 when there is none.
 */
export const findSearch = async (
  { searches, now }: ApiDeps,
  request: Request,
  { parameter, kind }: Named,
): Promise<Search> => {
  const { caller, parameters } = request;
  const searchId = z.uuid().safeParse(parameters[parameter]);
  const found = searchId.success
    ? await searches.find({ customerId: caller.customerId, searchId: searchId.data.toLowerCase() })
    : undefined;
  const isKept = found !== undefined && Date.parse(found.startedAt) + jobDays * dayMs > now();
  const isOfKind = (found?.tested === undefined) === (kind === "search");
  if (isKept && isOfKind && isVisible(request, found)) return found;
  throw errors.notFound("Resource could not be found", `You have no such ${kind}, or its record has ended.`);
};

/** Ends the search that a path names; what was found stays readable. Throws 404, and 409 when it has finished. */
export const endSearch = async (deps: ApiDeps, request: Request, what: Named): Promise<Search> => {
  const running = await findSearch(deps, request, what);
  await deps.searches.end(running, { state: "cancelled", at: deps.now() });
  await deps.searches.leave(running);
  const ended = await findSearch(deps, request, what);
  if (ended.state === "cancelled") return ended;
  throw errors.conflict(
    `The ${what.kind} has ended: it is ${ended.state}`,
    `Only a running ${what.kind} can be cancelled.`,
  );
};

/** Whether a search is one of the sub-account in whose name the caller acts. */
const isVisible = ({ header }: Request, { actsFor }: Search): boolean => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  return subaccount === "all" || actsFor === subaccount;
};
