import type { WebhookOrder } from "#shared/contract/api/summary.ts";
import { type WebhookState, webhookSorts, webhookStates } from "#shared/contract/words.ts";

/** What the list of webhooks shows, as its address says it. */
export interface ListSearch {
  /** Text in name or target, or the beginning of the id; empty for any. */
  readonly text: string;
  /** Empty for any. */
  readonly states: readonly WebhookState[];
  /** Number of a sub-account, `-1` for webhooks of all of them; empty for any. */
  readonly subaccount: string;
  readonly sort: WebhookOrder;
  /** The first is 1. */
  readonly page: number;
}

/** As the API says it of webhooks of the primary account and all sub-accounts. */
const allSubaccounts = -1;
/** As many characters as the API searches for. */
const maxCharacters = 200;
/** What needs attention first. */
const defaultSort: WebhookOrder = "state";
const maxPage = 10_000;

const orders: readonly WebhookOrder[] = webhookSorts.flatMap((sort): WebhookOrder[] => [sort, `-${sort}`]);

const maxSubaccount = 2_147_483_647;
/** Whether a text is what the API takes as a sub-account. */
const isSubaccount = (text: string): boolean => /^(?:-1|\d{1,10})$/.test(text) && Number(text) <= maxSubaccount;

/** Reads an address's search, `q=orders&state=failed,parked&subaccount=5&sort=-name&page=3`; what makes no sense counts as absent. */
export const readListSearch = (search: string): ListSearch => {
  const parameters = new URLSearchParams(search);
  const wanted = new Set((parameters.get("state") ?? "").split(","));
  const page = Number(parameters.get("page") ?? "1");
  const subaccount = parameters.get("subaccount") ?? "";
  return {
    text: (parameters.get("q") ?? "").slice(0, maxCharacters),
    states: webhookStates.filter((state) => wanted.has(state)),
    subaccount: isSubaccount(subaccount) ? subaccount : "",
    sort: orders.find((order) => order === parameters.get("sort")) ?? defaultSort,
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  };
};

/** The search of an address, with its question mark; empty for the list as it is at first. */
export const listSearchText = ({ text, states, subaccount, sort, page }: ListSearch): string => {
  const parameters = new URLSearchParams();
  if (text !== "") parameters.set("q", text.slice(0, maxCharacters));
  if (states.length > 0) parameters.set("state", states.join(","));
  if (subaccount !== "") parameters.set("subaccount", subaccount);
  if (sort !== defaultSort) parameters.set("sort", sort);
  if (page > 1) parameters.set("page", String(page));
  const written = parameters.toString().replaceAll("%2C", ",");
  return written === "" ? "" : `?${written}`;
};

/** What the API is asked for. */
export const listQuery = (
  { text, states, subaccount, sort, page }: ListSearch,
  pageSize: number,
): Readonly<Record<"search" | "state" | "subaccount_id" | "sort" | "limit" | "offset", string | undefined>> => ({
  search: text.trim() === "" ? undefined : text.trim(),
  state: states.length === 0 ? undefined : states.join(","),
  subaccount_id: subaccount === "" ? undefined : subaccount,
  sort,
  limit: String(pageSize),
  offset: page === 1 ? undefined : String((page - 1) * pageSize),
});

/** Whose webhooks these are. */
export const subaccountName = (id: number): string => {
  if (id === allSubaccounts) return "Primary account and all sub-accounts";
  return id === 0 ? "Primary account" : `Sub-account ${id}`;
};
