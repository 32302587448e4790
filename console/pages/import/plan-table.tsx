import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Link from "@cloudscape-design/components/link";
import Table from "@cloudscape-design/components/table";
import Header from "@cloudscape-design/components/header";
import type { FieldChange, ImportResult, ImportRow } from "#shared/contract/api/import.ts";
import { RemedyView } from "../../components/error-view.tsx";
import { hrefOf } from "../../hash-location.ts";
import { counted } from "#shared/text/numbers.ts";
import { isolated } from "#shared/text/plain.ts";

interface PlanTableProps {
  readonly result: ImportResult;
}

type Shown = { readonly type: StatusIndicatorProps.Type; readonly text: string };

const planned: Readonly<Record<ImportRow["action"], Shown>> = {
  add: { type: "info", text: "Add" },
  change: { type: "warning", text: "Change" },
  same: { type: "stopped", text: "Same" },
  remove: { type: "error", text: "Delete" },
  only_registered: { type: "stopped", text: "Keep" },
};

const outcomes: Readonly<Record<NonNullable<ImportRow["outcome"]>, Shown>> = {
  applied: { type: "success", text: "Done" },
  unchanged: { type: "stopped", text: "Unchanged" },
  failed: { type: "error", text: "Failed" },
  not_tried: { type: "warning", text: "Not tried" },
};

const Outcome = ({ row }: { readonly row: ImportRow }) => {
  const plan = planned[row.action];
  const outcome = row.outcome === undefined ? undefined : outcomes[row.outcome];
  return (
    <>
      <StatusIndicator type={(outcome ?? plan).type}>
        {outcome === undefined ? plan.text : `${plan.text}: ${outcome.text.toLowerCase()}`}
      </StatusIndicator>
      {(row.errors ?? []).map(({ message, description, fix }) => (
        <div key={message} className="wrap secondary">
          <strong>{message}</strong>
          {description !== undefined && <div>{description}</div>}
          <RemedyView likely={undefined} fix={fix} />
        </div>
      ))}
    </>
  );
};

/** The plan of an import, or what became of each of its rows. */
export const PlanTable = ({ result }: PlanTableProps) => (
  <Table<ImportRow>
    items={result.plan}
    trackBy={({ entry, id }) => `${entry ?? ""} ${id ?? ""}`}
    variant="container"
    wrapLines
    ariaLabels={{ tableLabel: "Plan" }}
    header={
      <Header variant="h2" description={planText(result.plan)}>
        {result.applied ? "What was done" : "Plan: nothing is changed yet"}
      </Header>
    }
    empty="The file has no entries, and no webhooks are registered."
    columnDefinitions={[
      { id: "action", header: "Outcome", minWidth: 190, cell: (row) => <Outcome row={row} /> },
      {
        id: "name",
        header: "Webhook",
        isRowHeader: true,
        minWidth: 200,
        cell: ({ id, name, target }) => (
          <>
            {id === undefined ? (
              <bdi className="wrap">{name}</bdi>
            ) : (
              <Link href={hrefOf(`/webhooks/${id}`)}>
                <bdi className="wrap">{name}</bdi>
              </Link>
            )}
            <div className="secondary wrap">{target}</div>
          </>
        ),
      },
      {
        id: "what",
        header: "What it means",
        minWidth: 240,
        cell: (row) => <div className="lines wrap">{[rowText(row), ...notTakenText(row)].join("\n")}</div>,
      },
      {
        id: "entry",
        header: "Entry",
        minWidth: 80,
        cell: ({ entry }) => (entry === undefined ? "–" : entry + 1),
      },
    ]}
  />
);

const listed = (sign: string, names: readonly string[]): string => names.map((name) => `${sign}${name}`).join(" ");

/** How a field changes, in one line. */
const changeText = (change: FieldChange): string => {
  if ("from" in change) {
    const shown = (value: string): string => (value === "" ? "none" : isolated(value));
    return `${change.field}: ${shown(change.from)} → ${shown(change.to)}`;
  }
  const parts = [
    listed("+", change.added),
    listed("~", "changed" in change ? change.changed : []),
    listed("−", change.removed),
  ];
  return `${change.field}: ${parts.filter((part) => part !== "").join(" ")}`;
};

const notTakenText = ({ not_taken: notTaken = [] }: ImportRow): readonly string[] =>
  notTaken.length === 0 ? [] : [`Not taken over: ${notTaken.join(", ")}`];

/** What a row of a plan is about. */
const rowText = ({ action, events = [], auth_token: token = "", changes = [], ...row }: ImportRow): string => {
  switch (action) {
    case "add":
      return [
        row.events_mode === "all" ? "all events" : counted(events.length, "event type"),
        ...(row.active === false ? ["paused"] : []),
        token === "" ? "no token" : "token set",
      ].join(", ");
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
const planText = (plan: readonly ImportRow[]): string => {
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
