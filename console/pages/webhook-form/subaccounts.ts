import type { Webhook } from "#shared/contract/api/webhook.ts";

/** Whose events a webhook takes. */
export type SubaccountScope = "all" | "primary" | "one";

/** The choice as the form holds it: numbers are text while they are typed. */
export interface SubaccountValues {
  readonly scope: SubaccountScope;
  readonly subaccount: string;
  /** Sub-accounts left out of all, separated by commas. */
  readonly exceptions: string;
}

/** The choice as the API takes it: -1 stands for the primary account and all sub-accounts. */
export interface SubaccountFields {
  readonly subaccount_id: number;
  readonly exception_subaccounts: readonly number[];
}

const maxExceptions = 10;
const maxSubaccount = 2_147_483_647;
const everyAccount = -1;

/** Everybody's events, which is what a webhook takes unless it is told otherwise. */
export const allSubaccounts: SubaccountValues = { scope: "all", subaccount: "", exceptions: "" };

/** Whether nobody's events are left out. */
export const takesAllSubaccounts = ({ scope, exceptions }: SubaccountValues): boolean =>
  scope === "all" && exceptions.trim() === "";

/** The choice of a stored webhook. */
export const subaccountValuesOf = ({
  subaccount_id: id,
  exception_subaccounts: exceptions = [],
}: Pick<Webhook, "subaccount_id" | "exception_subaccounts">): SubaccountValues => {
  if (id === undefined) return { ...allSubaccounts, exceptions: exceptions.join(", ") };
  return id === 0
    ? { ...allSubaccounts, scope: "primary" }
    : { ...allSubaccounts, scope: "one", subaccount: String(id) };
};

const numbersOf = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((part) => part !== "");

/** What the API is sent for a choice. */
export const subaccountFieldsOf = ({ scope, subaccount, exceptions }: SubaccountValues): SubaccountFields => {
  switch (scope) {
    case "all":
      return { subaccount_id: everyAccount, exception_subaccounts: numbersOf(exceptions).map(Number) };
    case "primary":
      return { subaccount_id: 0, exception_subaccounts: [] };
    case "one":
      return { subaccount_id: Number(subaccount), exception_subaccounts: [] };
  }
};

const isSubaccount = (text: string): boolean => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= maxSubaccount;

/** What is wrong with a choice. */
export const subaccountProblem = ({ scope, subaccount, exceptions }: SubaccountValues): string | undefined => {
  if (scope === "primary") return undefined;
  if (scope === "one") return isSubaccount(subaccount.trim()) ? undefined : "Enter the number of a sub-account.";
  const numbers = numbersOf(exceptions);
  const wrong = numbers.find((number) => !isSubaccount(number));
  if (wrong !== undefined) return `"${wrong}" is not the number of a sub-account.`;
  if (numbers.length > maxExceptions) return `At most ${maxExceptions} sub-accounts can be left out.`;
  return new Set(numbers).size === numbers.length ? undefined : "A sub-account is named twice.";
};

/** A stored webhook's choice in words. */
export const subaccountText = ({
  subaccount_id: id,
  exception_subaccounts: exceptions = [],
}: Pick<Webhook, "subaccount_id" | "exception_subaccounts">): string => {
  if (id === 0) return "Primary account only";
  if (id !== undefined) return `Sub-account ${id} only`;
  return exceptions.length === 0 ? "All" : `All but ${exceptions.join(", ")}`;
};
