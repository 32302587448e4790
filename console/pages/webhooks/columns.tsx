import Link from "@cloudscape-design/components/link";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import type { WebhookSort } from "#shared/contract/words.ts";
import { Sparkline } from "../../components/sparkline.tsx";
import type { Column } from "../../components/table/table-settings.tsx";
import { Time } from "../../components/time.tsx";
import { WebhookStateView } from "../../components/states.tsx";
import { count, counted, shortCount } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { hrefOf } from "../../hash-location.ts";

/** A column that the server sorts by, where `sortingField` names what it sorts by. */
interface WebhookColumn extends Column<WebhookRow> {
  readonly sortingField?: WebhookSort;
}

const typesText = ({ events_mode: mode, events }: WebhookRow): string => {
  if (mode === "all") return "All, also future ones";
  const [first = "", second] = events;
  if (events.length <= 2) return second === undefined ? first : `${first}, ${second}`;
  return `${first}, ${second ?? ""} and ${events.length - 2} more`;
};

/** Columns of the list of webhooks. */
export const webhookColumns: readonly WebhookColumn[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 140,
    sortingField: "name",
    cell: ({ id, name, target }) => (
      <>
        <Link href={hrefOf(`/webhooks/${id}`)}>
          <bdi className="clamp" title={name}>
            {name}
          </bdi>
        </Link>
        <div className="secondary">
          <span className="clamp address" title={target}>
            {target}
          </span>
        </div>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    minWidth: 165,
    sortingField: "state",
    cell: (webhook) => <WebhookStateView webhook={webhook} />,
  },
  {
    id: "day",
    header: "Last 24 hours",
    minWidth: 136,
    cell: ({ hours }) => <Sparkline hours={hours} />,
  },
  {
    id: "pending",
    header: "Waiting",
    minWidth: 105,
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
    minWidth: 110,
    sortingField: "last_successful",
    cell: ({ last_successful: at }) => (at === undefined ? "never" : <Time at={at} />),
  },
  {
    id: "last_failure",
    header: "Last failure",
    shown: false,
    minWidth: 130,
    sortingField: "last_failure",
    cell: ({ last_failure: at }) => (at === undefined ? "never" : <Time at={at} />),
  },
  {
    id: "p95",
    header: "Latency p95",
    minWidth: 90,
    cell: ({ p95_ms: ms }) => (ms === null ? "–" : `≤ ${duration(ms)}`),
  },
  {
    id: "target",
    header: "Target",
    // It stands below the name.
    shown: false,
    minWidth: 220,
    sortingField: "target",
    cell: ({ target }) => (
      <span className="clamp address" title={target}>
        {target}
      </span>
    ),
  },
  {
    id: "types",
    header: "Event types",
    minWidth: 130,
    cell: (webhook) => <span title={webhook.events.join(", ")}>{typesText(webhook)}</span>,
  },
  {
    id: "events_24h",
    header: "Events in 24 h",
    shown: false,
    minWidth: 130,
    cell: ({ hours }) => count((hours?.events ?? []).reduce((sum, events) => sum + events, 0)),
  },
  {
    id: "created_at",
    header: "Created",
    shown: false,
    minWidth: 130,
    sortingField: "created",
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
