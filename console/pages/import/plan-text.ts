import type { FieldChange, ImportRow } from "#shared/contract/api/import.ts";
import { counted } from "#shared/text/numbers.ts";

const listed = (sign: string, names: readonly string[]): string => names.map((name) => `${sign}${name}`).join(" ");

/** How a field changes, in one line. */
export const changeText = (change: FieldChange): string => {
  if ("from" in change) {
    const shown = (value: string): string => (value === "" ? "none" : value);
    return `${change.field}: ${shown(change.from)} → ${shown(change.to)}`;
  }
  const parts = [
    listed("+", change.added),
    listed("~", "changed" in change ? change.changed : []),
    listed("−", change.removed),
  ];
  return `${change.field}: ${parts.filter((part) => part !== "").join(" ")}`;
};

/** What a row of a plan is about. */
export const rowText = ({ action, events = [], auth_token: token = "", changes = [] }: ImportRow): string => {
  switch (action) {
    case "add":
      return [counted(events.length, "event type"), token === "" ? "no token" : "token set"].join(", ");
    case "change":
      return changes.map(changeText).join("\n");
    case "same":
      return "Nothing changes";
    case "remove":
      return "Not in the file: it is deleted";
    case "only_registered":
      return "Not in the file: it stays";
  }
};

/** What a plan comes to, in one sentence. */
export const planText = (plan: readonly ImportRow[]): string => {
  const of = (action: ImportRow["action"]): number => plan.filter((row) => row.action === action).length;
  const parts = [
    [of("add"), "to add"],
    [of("change"), "to change"],
    [of("remove"), "to delete"],
    [of("same"), "the same"],
    [of("only_registered"), "only registered"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ");
};

/** Whether applying a plan would do anything. */
export const hasWork = (plan: readonly ImportRow[]): boolean =>
  plan.some(({ action }) => action === "add" || action === "change" || action === "remove");
