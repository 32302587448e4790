import { errorLines, inColumns } from "../output.ts";
import type { FieldChange, ImportAnswer, Row } from "./apply-answer.ts";
import { plain } from "#shared/text/plain.ts";

/** The plan, one line a row. */
export const planLines = (url: string, { entries, registered, plan }: ImportAnswer): readonly string[] => {
  const rows = plan.filter(({ action }) => action !== "only_registered");
  const kept = plan.filter(({ action }) => action === "only_registered").map(({ name }) => plain(name));
  return [
    `Plan for ${url}, ${entries} in file, ${registered} registered`,
    ...inColumns(rows.map((row) => [`  ${planMarks[row.action]}`, plain(row.name), plain(row.target), detail(row)])),
    ...(kept.length === 0 ? [] : [`  - only registered: ${kept.join(", ")} (kept; remove with --prune)`]),
  ];
};

const planMarks: Readonly<Record<Row["action"], string>> = {
  add: "+ add   ",
  change: "~ change",
  same: "= same  ",
  remove: "- remove",
  only_registered: "- only registered",
};

const detail = (row: Row): string => {
  if (row.action === "change") return row.changes.map(changeText).join("   ");
  if (row.action !== "add") return "";
  const headers = Object.keys(row.custom_headers);
  return [
    row.events.length === 1 ? "1 event" : `${row.events.length} events`,
    ...(row.auth_token === "" ? [] : ["token set"]),
    ...(headers.length === 0 ? [] : [`headers ${headers.map(plain).join(", ")}`]),
  ].join(", ");
};

const changeText = (change: FieldChange): string => {
  if ("from" in change) {
    const { field, from, to } = change;
    if (field === "auth_token") return `token ${from === "" ? "set" : to === "" ? "removed" : "changed"}`;
    return `${field}: ${plain(from)} → ${plain(to)}`;
  }
  const { field, added, changed, removed } = change;
  const marked = [
    added.map((name) => `+ ${name}`),
    changed.map((name) => `~ ${name}`),
    removed.map((name) => `- ${name}`),
  ];
  return `${field}: ${marked.flat().map(plain).join(" ")}`;
};

/** How many rows of a plan would do something, in words; undefined when there is nothing to do. */
export const workText = ({ plan }: ImportAnswer): string | undefined => {
  const count = (action: Row["action"]): number => plan.filter((row) => row.action === action).length;
  const counts = [
    ["add", count("add")],
    ["change", count("change")],
    ["remove", count("remove")],
  ] as const;
  const work = counts.filter(([, number]) => number > 0).map(([action, number]) => `${action} ${number}`);
  return work.length === 0 ? undefined : work.join(", ");
};

/** What became of each row that was to do something, and the totals. */
export const outcomeLines = ({ plan }: ImportAnswer): readonly string[] => {
  const lines = plan.flatMap((row) => {
    const name = plain(row.name);
    if (row.outcome === "applied") return [`  ✔ ${doneWords[row.action]} ${name}`];
    if (row.outcome === "unchanged" || row.outcome === undefined) return [];
    const failure = row.outcome === "failed" ? "failed " : "not tried";
    return [`  ✖ ${failure} ${name}`, ...row.errors.flatMap(errorLines).map((line) => `    ${line}`)];
  });
  const count = (outcome: Row["outcome"]): number => plan.filter((row) => row.outcome === outcome).length;
  const totals = [
    `${count("applied")} applied`,
    `${count("unchanged")} unchanged`,
    ...(count("failed") === 0 ? [] : [`${count("failed")} failed`]),
    ...(count("not_tried") === 0 ? [] : [`${count("not_tried")} not tried`]),
  ];
  return [...lines, totals.join(", ")];
};

const doneWords: Readonly<Record<Row["action"], string>> = {
  add: "added  ",
  change: "changed",
  remove: "removed",
  same: "kept   ",
  only_registered: "kept   ",
};
