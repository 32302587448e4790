import Badge from "@cloudscape-design/components/badge";
import type { ApiKey } from "#shared/contract/api/api-key.ts";
import type { Column } from "../../components/table/column.ts";
import { Time } from "../../components/time.tsx";

/** Columns of the list of API keys; the key in use is marked. */
export const apiKeyColumns = (ownId: string | undefined): readonly Column<ApiKey>[] => [
  {
    id: "label",
    header: "Label",
    isRowHeader: true,
    minWidth: 200,
    sortingComparator: (a, b) => a.label.localeCompare(b.label),
    cell: ({ id, label }) => (
      <span className="wrap">
        {label} {id === ownId && <Badge color="blue">in use here</Badge>}
      </span>
    ),
  },
  { id: "short_key", header: "Begins with", minWidth: 110, cell: ({ short_key: short }) => <code>{short}…</code> },
  {
    id: "grants",
    header: "Grants",
    minWidth: 240,
    cell: ({ grants }) => (grants.length === 0 ? "none" : grants.map((grant) => <div key={grant}>{grant}</div>)),
  },
  {
    id: "created_at",
    header: "Created",
    minWidth: 120,
    sortingComparator: (a, b) => a.created_at.localeCompare(b.created_at),
    cell: ({ created_at: at }) => <Time at={at} />,
  },
  {
    id: "last_used_at",
    header: "Last used",
    minWidth: 120,
    sortingComparator: (a, b) => (a.last_used_at ?? "").localeCompare(b.last_used_at ?? ""),
    cell: ({ last_used_at: at }) => (at === undefined ? "never" : <Time at={at} />),
  },
];

/** What the list can be filtered by. */
export const apiKeyFilters = [
  { key: "label", propertyLabel: "Label", groupValuesLabel: "Labels", operators: [":", "!:", "=", "!="] },
  { key: "short_key", propertyLabel: "Begins with", groupValuesLabel: "Beginnings", operators: ["=", "!="] },
] as const;
