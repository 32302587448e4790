import { createHash } from "node:crypto";
import * as z from "zod";
import { allSubaccounts, type WebhookOrder } from "#shared/contract/api/summary.ts";
import { type WebhookSort, type WebhookState, webhookStates } from "#shared/contract/words.ts";
import { errors } from "#shared/errors.ts";
import { bytesOfOpaqueText, toOpaqueText } from "#shared/runtime/opaque-text.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { jsonOf } from "#shared/text/json.ts";
import type { Subaccount } from "#shared/webhooks/subaccount.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";

/** Webhooks on a page of which the limit is not told. */
export const pageSize = 100;

/** Whether a request asks for a page: it names any parameter of one. Without any it gets all webhooks, as it always did. */
export const isPage = (schema: z.ZodObject, query: Readonly<Record<string, string | undefined>>): boolean =>
  Object.keys(schema.shape).some((name) => query[name] !== undefined);

/** What lists of webhooks search and sort by. */
export interface FleetRow {
  readonly id: string;
  readonly subaccountId: number | undefined;
  readonly state: WebhookState;
  /** Whether a batch may wait for its target. */
  readonly mayWait: boolean;
  readonly createdAt: string;
  readonly lastSuccessful: string;
  readonly lastFailure: string;
  /** In lower case. */
  readonly name: string;
  /** In lower case. */
  readonly target: string;
}

export const fleetRow = (webhook: Webhook, known: Pick<FleetRow, "state" | "mayWait">): FleetRow => ({
  id: webhook.webhookId,
  subaccountId: webhook.subaccountId,
  ...known,
  createdAt: webhook.createdAt,
  lastSuccessful: webhook.lastSuccessful ?? "",
  lastFailure: webhook.lastFailure ?? "",
  name: webhook.name.toLowerCase(),
  target: webhook.maskedSettings.target.toLowerCase(),
});

/** Which webhooks a page is of, and in which order. */
export interface FleetQuery {
  readonly subaccount: Subaccount;
  /** Only webhooks of this sub-account; -1 stands for those of the primary account and all sub-accounts. */
  readonly subaccountId?: number | undefined;
  readonly states?: readonly WebhookState[] | undefined;
  readonly search?: string | undefined;
  readonly sort: WebhookOrder;
}

/** A place in an order: behind the webhook with this key. */
interface Place {
  /** What the webhook is sorted by. */
  readonly value: string;
  readonly createdAt: string;
  readonly id: string;
}

interface FleetPage {
  readonly ids: readonly string[];
  /** Where the next page begins; absent when nothing follows. */
  readonly next?: Place;
  readonly matching: number;
}

/** What needs attention first. */
const stateOrder: readonly WebhookState[] = ["failed", "parked", "paused", "pending", "ok"];
/** Characters of a text that order it: a cursor, which holds them, must fit into a URL. */
const sortedCharacters = 200;
/** "Orders 9" before "Orders 10". */
const collator = new Intl.Collator("en", { numeric: true });

const valueOf: Readonly<Record<WebhookSort, (row: FleetRow) => string>> = {
  created: () => "",
  name: ({ name }) => beginningOf(name, sortedCharacters),
  target: ({ target }) => beginningOf(target, sortedCharacters),
  state: ({ state }) => String(stateOrder.indexOf(state)),
  last_successful: ({ lastSuccessful }) => lastSuccessful,
  last_failure: ({ lastFailure }) => lastFailure,
};

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const sortOf = (order: WebhookOrder): { readonly sort: WebhookSort; readonly direction: 1 | -1 } =>
  order.startsWith("-")
    ? { sort: order.slice(1) as WebhookSort, direction: -1 }
    : { sort: order as WebhookSort, direction: 1 };

/** A total order: by the field, then oldest first, then by id. Texts that people sort alike differ in the end. */
const comparePlaces =
  (order: WebhookOrder) =>
  (one: Place, other: Place): number => {
    const { sort, direction } = sortOf(order);
    const isText = sort === "name" || sort === "target";
    const byField =
      one.value === other.value
        ? 0
        : (isText ? collator.compare(one.value, other.value) : 0) || compareTexts(one.value, other.value);
    return direction * (byField || compareTexts(one.createdAt, other.createdAt) || compareTexts(one.id, other.id));
  };

/** Whether a webhook has a text in its name or target, in whatever case, or an id that begins with it. */
const hasText = ({ name, target, id }: FleetRow, text: string): boolean =>
  name.includes(text) || target.includes(text) || id.startsWith(text);

/** Whether a webhook is that of a sub-account. */
export const isOf = ({ subaccountId }: FleetRow, subaccount: Subaccount): boolean =>
  subaccount === "all" || subaccountId === subaccount;

/** The webhooks that a caller sees and wants, whatever their states and texts. */
export const rowsOf = (
  rows: readonly FleetRow[],
  { subaccount, subaccountId: wanted }: Pick<FleetQuery, "subaccount" | "subaccountId">,
): readonly FleetRow[] =>
  rows.filter(
    (row) => isOf(row, subaccount) && (wanted === undefined || (row.subaccountId ?? allSubaccounts) === wanted),
  );

/** How many webhooks are in each state. */
export const countStates = (
  rows: readonly FleetRow[],
): { readonly total: number; readonly states: Readonly<Record<WebhookState, number>> } => {
  const numbers = webhookStates.map((state) => [state, rows.filter((row) => row.state === state).length] as const);
  return { total: rows.length, states: Object.fromEntries(numbers) as Record<WebhookState, number> };
};

/**
 * A page of the webhooks that a query chooses. Pages follow places, not numbers: whatever is created and deleted meanwhile,
 * a webhook that stays, and stays in its place, is on one page.
 */
export const pageOf = (
  rows: readonly FleetRow[],
  query: FleetQuery,
  {
    limit,
    after,
    offset = 0,
  }: { readonly limit: number; readonly after?: Place | undefined; readonly offset?: number | undefined },
): FleetPage => {
  const { sort } = sortOf(query.sort);
  const compare = comparePlaces(query.sort);
  const text = query.search?.toLowerCase() ?? "";
  const places = rowsOf(rows, query)
    .filter((row) => (query.states?.includes(row.state) ?? true) && (text === "" || hasText(row, text)))
    .map((row): Place => ({ value: valueOf[sort](row), createdAt: row.createdAt, id: row.id }));
  const open = after === undefined ? places : places.filter((place) => compare(place, after) > 0);
  const page = open.toSorted(compare).slice(offset, offset + limit);
  const last = page.at(-1);
  return {
    ids: page.map(({ id }) => id),
    ...(last === undefined || open.length <= offset + limit ? {} : { next: last }),
    matching: places.length,
  };
};

const cursorParts = z.tuple([z.string(), z.string(), z.iso.datetime({ precision: 3 }), z.uuid()]);

/** Stands for the customer and the query that a cursor belongs to. */
const bindingOf = (
  customerId: string,
  { subaccount, subaccountId, states = [], search = "", sort }: FleetQuery,
): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        customerId,
        subaccount,
        states,
        search.toLowerCase(),
        sort,
        ...(subaccountId === undefined ? [] : [subaccountId]),
      ]),
    )
    .digest("base64url")
    .slice(0, 22);

/** A place in the list of a customer's webhooks as opaque text. */
export const encodeCursor = (customerId: string, query: FleetQuery, { value, createdAt, id }: Place): string =>
  toOpaqueText(Buffer.from(JSON.stringify([bindingOf(customerId, query), value, createdAt, id])));

/** Reads a cursor; refuses what `encodeCursor` cannot have made for this customer and query. */
export const decodeCursor = (customerId: string, query: FleetQuery, cursor: string): Place => {
  const parsed = cursorParts.safeParse(jsonOf(bytesOfOpaqueText(cursor)?.toString() ?? ""));
  if (parsed.success) {
    const [binding, value, createdAt, id] = parsed.data;
    if (binding === bindingOf(customerId, query)) return { value, createdAt, id };
  }
  throw errors.badParameter(
    "'cursor' is not a cursor of this list",
    "Accepted: 'next_cursor' of a page with the same 'state', 'search', 'sort' and sub-account.",
  );
};
