import Link from "@cloudscape-design/components/link";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { Sparkline } from "../../components/sparkline.tsx";
import type { Column } from "../../components/table/table-settings.tsx";
import { Time } from "../../components/time.tsx";
import { WebhookStateView } from "../../components/states.tsx";
import { count, counted, shortCount } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { hrefOf } from "../../hash-location.ts";

/** What needs attention first. */
const stateOrder = ["failed", "parked", "paused", "pending", "ok"] as const;

const byState = (a: WebhookRow, b: WebhookRow): number =>
  stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || a.state_since.localeCompare(b.state_since);

const typesText = ({ events_mode: mode, events }: WebhookRow): string => {
  if (mode === "all") return "All, also future ones";
  const [first = "", second] = events;
  if (events.length <= 2) return second === undefined ? first : `${first}, ${second}`;
  return `${first}, ${second ?? ""} and ${events.length - 2} more`;
};

/** "Orders 9" before "Orders 10". */
const byName = (a: WebhookRow, b: WebhookRow): number => a.name.localeCompare(b.name, "en", { numeric: true });

/** Columns of the list of webhooks. */
export const webhookColumns: readonly Column<WebhookRow>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 150,
    sortingComparator: byName,
    cell: ({ id, name, target }) => (
      <>
        <Link href={hrefOf(`/webhooks/${id}`)}>
          <span className="clamp" title={name}>
            {name}
          </span>
        </Link>
        <div className="secondary">
          <span className="clamp" title={target}>
            {target}
          </span>
        </div>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    minWidth: 190,
    sortingComparator: (a, b) => byState(a, b) || byName(a, b),
    cell: (webhook) => <WebhookStateView webhook={webhook} />,
  },
  {
    id: "day",
    header: "Last 24 hours",
    minWidth: 150,
    cell: ({ buckets = [] }) => <Sparkline hours={buckets} />,
  },
  {
    id: "pending",
    header: "Waiting",
    minWidth: 120,
    sortingComparator: (a, b) => a.pending_batches - b.pending_batches,
    cell: ({ pending_batches: batches, pending_events: events }) =>
      batches > 0 ? (
        <>
          <div className="nowrap">{counted(batches, "batch", "batches")}</div>
          <div
            className="secondary nowrap"
            title={counted(events, "event")}
          >{`${shortCount(events)} ${events === 1 ? "event" : "events"}`}</div>
        </>
      ) : (
        "0"
      ),
  },
  {
    id: "last_successful",
    header: "Last delivered",
    minWidth: 130,
    sortingComparator: (a, b) => (a.last_successful ?? "").localeCompare(b.last_successful ?? ""),
    cell: ({ last_successful: at }) => (at === undefined ? "never" : <Time at={at} />),
  },
  {
    id: "p95",
    header: "Latency p95",
    minWidth: 110,
    sortingComparator: (a, b) => (a.p95_ms ?? -1) - (b.p95_ms ?? -1),
    cell: ({ p95_ms: ms }) => (ms === null ? "–" : `≤ ${duration(ms)}`),
  },
  {
    id: "target",
    header: "Target",
    // It stands below the name.
    shown: false,
    minWidth: 220,
    sortingComparator: (a, b) => a.target.localeCompare(b.target),
    cell: ({ target }) => (
      <span className="clamp" title={target}>
        {target}
      </span>
    ),
  },
  {
    id: "types",
    header: "Event types",
    minWidth: 180,
    cell: (webhook) => <span title={webhook.events.join(", ")}>{typesText(webhook)}</span>,
  },
  {
    id: "events_24h",
    header: "Events in 24 h",
    shown: false,
    minWidth: 130,
    cell: ({ buckets = [] }) => count(buckets.reduce((sum, hour) => sum + hour.events, 0)),
  },
  {
    id: "created_at",
    header: "Created",
    shown: false,
    minWidth: 130,
    sortingComparator: (a, b) => a.created_at.localeCompare(b.created_at),
    cell: ({ created_at: at }) => <Time at={at} />,
  },
  {
    id: "id",
    header: "Id",
    shown: false,
    minWidth: 320,
    cell: ({ id }) => <code>{id}</code>,
  },
];

/** What the list can be filtered by; `events` and `state` offer the values of the rows. */
export const webhookFilters = [
  { key: "state", propertyLabel: "State", groupValuesLabel: "States", operators: ["=", "!="] },
  { key: "name", propertyLabel: "Name", groupValuesLabel: "Names", operators: [":", "!:", "=", "!="] },
  { key: "target", propertyLabel: "Target", groupValuesLabel: "Targets", operators: [":", "!:", "=", "!="] },
  { key: "events_mode", propertyLabel: "Event choice", groupValuesLabel: "Event choices", operators: ["=", "!="] },
  { key: "state_reason", propertyLabel: "Reason", groupValuesLabel: "Reasons", operators: ["=", "!="] },
] as const;
